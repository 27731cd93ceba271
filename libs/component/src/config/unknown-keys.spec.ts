import { describe, expect, it } from 'vitest';
import { unknownKeyWarnings } from './component-config';
import { CONFIG_KEYS } from './config-keys';

describe('an unknown config key', () => {
  it.each([
    ['socket_mode', 'socket_chmod'],
    ['socketpath', 'socket_path'],
    ['SOCKET_PATH', 'socket_path'],
    ['max_conections', 'max_connections'],
    ['request_timeout_ms', 'request_timeout'],
    ['exit_timout', 'exit_timeout'],
    ['log_stat_interval', 'log_stats_interval'],
    ['debuglevel', 'debug_level'],
  ])('%s is warned of once, with %s as what was probably meant', (key, nearest) => {
    expect(unknownKeyWarnings({ [key]: 1 }, [])).toEqual([
      `unknown config key ${key} is ignored; did you mean ${nearest}?`,
    ]);
  });

  it.each(['x', 'colour', 'my_application_specific_setting', ''])('%j is like none: no name is given', (key) => {
    expect(unknownKeyWarnings({ [key]: 1 }, [])).toEqual([`unknown config key ${key} is ignored`]);
  });

  it('is none of the component’s own, of pixl-server’s, or of a subclass', () => {
    const known = Object.fromEntries([...CONFIG_KEYS, 'debug_level', 'my_key'].map((key) => [key, 1]));
    expect(unknownKeyWarnings(known, ['my_key'])).toEqual([]);
  });

  it('may be meant as a key of a subclass', () => {
    expect(unknownKeyWarnings({ my_kee: 1 }, ['my_key'])).toEqual([
      'unknown config key my_kee is ignored; did you mean my_key?',
    ]);
  });
});
