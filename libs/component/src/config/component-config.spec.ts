import { DEFAULT_SERVER_LIMITS, SILENT_LOG } from '@pixl-ipc/server';
import { describe, expect, it } from 'vitest';
import { ConfigError, configKey, DEFAULT_CONFIG, readConfig, type ComponentConfig } from './component-config';
import { CONFIG_KEYS, LIMIT_KEYS } from './config-keys';

const socket_path = '/run/app/s';
const read = (values: object): ComponentConfig =>
  readConfig({ socket_path, ...values }, { log: SILENT_LOG, socketOwner: undefined, service: undefined });

function failure(values: object): ConfigError {
  try {
    read(values);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(values)} was taken`);
}

describe('the component reads', () => {
  it('nothing but a path: the original’s defaults, the mode excepted', () => {
    expect(DEFAULT_CONFIG).toMatchObject({
      exit_timeout: 2_000,
      socket_chmod: '600',
      log_stats_interval: 'minute',
      slow_threshold_ms: 20,
    });
    expect(read({})).toMatchObject({
      logStatsInterval: 'minute',
      server: {
        socketPath: socket_path,
        socketMode: 0o600,
        drainTimeoutMs: 2_000,
        slowThresholdMs: 20,
        containErrors: true,
        validateResponses: true,
      },
    });
  });

  it.each([...LIMIT_KEYS])('the limit %s as %s', (key, option) => {
    const value = DEFAULT_SERVER_LIMITS[option] + 1;
    expect(read({ [key]: value, write_hard_bytes: 2 ** 30, [key]: value }).server[option]).toBe(value);
    expect(read({ [key]: null }).server[option] ?? DEFAULT_SERVER_LIMITS[option]).toBeTypeOf('number');
  });

  it('every limit, in snake case without units of time', () => {
    expect([...LIMIT_KEYS.values()].sort()).toEqual(Object.keys(DEFAULT_SERVER_LIMITS).sort());
    expect([...LIMIT_KEYS.keys()].sort()).toEqual(
      [
        'exit_timeout',
        'drain_grace',
        'frame_timeout',
        'frames_per_turn',
        'idle_timeout',
        'listen_backlog',
        'max_buffered_bytes_total',
        'max_connections',
        'max_connections_per_uid',
        'max_frame_bytes',
        'max_id_bytes',
        'max_in_flight_per_connection',
        'max_in_flight_total',
        'max_json_depth',
        'max_meta_bytes',
        'max_response_bytes',
        'max_uri_bytes',
        'max_user_agent_bytes',
        'request_timeout',
        'slow_reader_timeout',
        'write_hard_bytes',
        'write_soft_bytes',
      ].sort(),
    );
  });

  it.each([
    ['600', 0o600],
    ['660', 0o660],
    ['777', 0o777],
    ['0660', 0o660],
    ['0o660', 0o660],
    ['000', 0],
    [0o600, 0o600],
    [432, 0o660],
    [511, 0o777],
    [0, 0],
  ])('socket_chmod %j', (value, mode) => {
    expect(read({ socket_chmod: value }).server.socketMode).toBe(mode);
  });

  it.each([
    [
      777,
      'is the number 777, which is 1411 in octal; write the string "777", or 0o777 on pixl-server\'s command line or in its environment',
    ],
    [
      660,
      'is the number 660, which is 1224 in octal; write the string "660", or 0o660 on pixl-server\'s command line or in its environment',
    ],
    [
      600,
      'is the number 600, which is 1130 in octal; write the string "600", or 0o600 on pixl-server\'s command line or in its environment',
    ],
    [
      512,
      'is the number 512, which is 1000 in octal; write the string "512", or 0o512 on pixl-server\'s command line or in its environment',
    ],
    ['68', 'is "68"; give the mode as an octal string such as "600" or "660"'],
    ['689', 'is "689"; give the mode as an octal string such as "600" or "660"'],
    ['1777', 'is "1777"; give the mode as an octal string such as "600" or "660"'],
    ['', 'is ""; give the mode as an octal string such as "600" or "660"'],
    ['rw-rw----', 'is "rw-rw----"; give the mode as an octal string such as "600" or "660"'],
    [-1, 'is -1; give the mode as an octal string such as "600" or "660"'],
    [6.5, 'is 6.5; give the mode as an octal string such as "600" or "660"'],
    [true, 'is true; give the mode as an octal string such as "600" or "660"'],
    [['600'], 'is ["600"]; give the mode as an octal string such as "600" or "660"'],
  ])('no socket_chmod %j', (value, reason) => {
    expect(failure({ socket_chmod: value }).message).toBe(`IPCServer config: socket_chmod ${reason}`);
  });

  it.each(['tick', 'minute', 'hour', 'day', 'month', 'year', '*:00', '*:59', ':00', ':30', '04:30', '23:59'])(
    'log_stats_interval %j',
    (event) => {
      expect(read({ log_stats_interval: event }).logStatsInterval).toBe(event);
    },
  );

  it.each([false, 'false'])('log_stats_interval %j as none', (value) => {
    expect(read({ log_stats_interval: value }).logStatsInterval).toBeUndefined();
  });

  it.each([
    ['contain_errors', 'containErrors'],
    ['validate_responses', 'validateResponses'],
  ] as const)('%s as it is typed on the command line', (key, option) => {
    for (const flag of [true, false]) {
      expect(read({ [key]: flag }).server[option]).toBe(flag);
      expect(read({ [key]: String(flag) }).server[option]).toBe(flag);
    }
  });

  it.each([
    ['allow_uids', 'allowUids'],
    ['allow_gids', 'allowGids'],
  ] as const)('%s of one id as it is typed on the command line', (key, option) => {
    expect(read({ [key]: 33 }).server[option]).toEqual([33]);
    expect(read({ [key]: [33, 34] }).server[option]).toEqual([33, 34]);
  });

  it.each([...CONFIG_KEYS, 'drain_timeout'].filter((key) => key !== 'socket_path'))(
    '%s null as if it were absent',
    (key) => {
      expect(read({ [key]: null })).toEqual(read({}));
    },
  );

  it.each(['', 'minutes', 'MINUTE', '*:60', ':99', '24:00', '4:30', 'error', true, 60, []])(
    'no log_stats_interval %j',
    (value) => {
      const { key, message } = failure({ log_stats_interval: value });
      expect(key).toBe('log_stats_interval');
      expect(message).toContain(`is ${JSON.stringify(value)}; give an event of pixl-server's clock such as "minute"`);
    },
  );

  it.each<[string, object, string]>([
    [
      'no path',
      { socket_path: undefined },
      'socket_path is ""; give the path of the socket, e.g. "/run/myapp/ipc.sock"',
    ],
    [
      'a path that is none',
      { socket_path: 3 },
      'socket_path is 3; give the path of the socket, e.g. "/run/myapp/ipc.sock"',
    ],
    [
      'drain_timeout',
      { drain_timeout: 5_000 },
      'drain_timeout has no meaning here; set exit_timeout, which is how long a stop may take in all',
    ],
    [
      'drain_timeout 0',
      { drain_timeout: 0 },
      'drain_timeout has no meaning here; set exit_timeout, which is how long a stop may take in all',
    ],
    [
      'an exit_timeout as text',
      { exit_timeout: '2000' },
      'exit_timeout is "2000"; give a whole number from 0 to 2147483647',
    ],
    ['a limit out of range', { max_json_depth: 1 }, 'max_json_depth is 1; give a whole number from 2 to 2000'],
    [
      'a limit as text',
      { request_timeout: '60s' },
      'request_timeout is "60s"; give a whole number from 0 to 2147483647',
    ],
    [
      'limits that do not fit',
      { max_response_bytes: 2 ** 26 },
      'max_response_bytes is 67108864, over write_hard_bytes 33554432; lower it or raise write_hard_bytes',
    ],
    ['a threshold as text', { slow_threshold_ms: '20' }, 'slow_threshold_ms is "20"; give milliseconds, 0 or more'],
    ['uid as text', { allow_uids: '33' }, 'allow_uids is "33"; give a list of numeric ids such as [33]'],
    ['uid under 0', { allow_uids: -1 }, 'allow_uids is [-1]; give a list of numeric ids such as [33]'],
    [
      'gids by name',
      { allow_gids: ['www-data'] },
      'allow_gids is ["www-data"]; give a list of numeric ids such as [33]',
    ],
    ['a group of nothing', { socket_group: '' }, 'socket_group is ""; give the name of a group or its numeric id'],
    ['a group under 0', { socket_group: -1 }, 'socket_group is -1; give the name of a group or its numeric id'],
    ['a list of groups', { socket_group: ['a'] }, 'socket_group is ["a"]; give the name of a group or its numeric id'],
    ['validate_responses as a number', { validate_responses: 1 }, 'validate_responses is 1; give true or false'],
    ['builtins as a list', { builtins: ['stats'] }, 'builtins is ["stats"]; give an object such as {"stats": false}'],
    [
      'built-in that cannot be set',
      { builtins: { stat: false } },
      'builtins.stat is nothing that can be set; there are describe, metrics, stats',
    ],
    [
      'built-in for users by name',
      { builtins: { metrics: { allow_uids: ['root'] } } },
      'builtins.metrics is {"allow_uids":["root"]}; give true, false or {"allow_uids": [0]} with numeric ids',
    ],
    [
      'built-in for groups',
      { builtins: { metrics: { allow_uids: [0], allow_gids: [0] } } },
      'builtins.metrics is {"allow_uids":[0],"allow_gids":[0]}; give true, false or {"allow_uids": [0]} with numeric ids',
    ],
    ['contain_errors as text', { contain_errors: 'no' }, 'contain_errors is "no"; give true or false'],
  ])('no %s: an error names key, value and remedy, in the words of the config', (_what, values, message) => {
    const error = failure(values);
    expect(error.message).toBe(`IPCServer config: ${message}`);
    expect(error).toMatchObject({ name: 'ConfigError', code: 'ipc_config', key: message.split(' ')[0] });
  });

  it.each([
    [undefined, undefined],
    [null, undefined],
    ['www-data', 'www-data'],
    [33, 33],
    [0, 0],
  ])('socket_group %j', (value, group) => {
    expect(read({ socket_group: value }).server.socketGroup).toBe(group);
  });

  it('builtins in the words of the config', () => {
    const { server } = read({ builtins: { stats: { allow_uids: [0, 33] }, metrics: false } });
    expect(server.builtins).toEqual({ stats: { allowUids: [0, 33] }, metrics: false });
    expect(read({ builtins: { stats: 'false', metrics: { allow_uids: 0 }, describe: null } }).server.builtins).toEqual({
      stats: false,
      metrics: { allowUids: [0] },
    });
  });

  it('keys of prototypes as nothing', () => {
    expect(() => read(JSON.parse('{"__proto__":{"drain_timeout":1},"constructor":1}') as object)).not.toThrow();
  });

  it.each(CONFIG_KEYS.map((key) => [key]))('%s under that name in messages', (key) => {
    const option = LIMIT_KEYS.get(key) ?? { socket_chmod: 'socketMode', slow_threshold_ms: 'slowThresholdMs' }[key];
    if (option) expect(configKey(option)).toBe(key);
  });
});
