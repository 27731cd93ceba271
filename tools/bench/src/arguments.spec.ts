import { describe, expect, test } from 'vitest';
import { HELP, readArguments, SCENARIOS, UsageError } from './arguments';
import { CATALOG } from './systems/catalog';

const ALL_SYSTEMS = CATALOG.map(({ name }) => name);

describe('the command line', () => {
  test('asks for everything where it says nothing', () => {
    expect(readArguments([])).toEqual({
      help: false,
      quick: false,
      json: false,
      write: false,
      original: undefined,
      systems: ALL_SYSTEMS,
      scenarios: SCENARIOS,
    });
  });

  test.each([
    ['a scenario, of every system', ['--only', 'serial'], ALL_SYSTEMS, ['serial']],
    ['a system with the floor that it is compared with', ['--only', 'zeromq'], ['floor', 'zeromq'], SCENARIOS],
    ['a PHP client with its own floor', ['--only', 'php-pixl-ipc'], ['php-pixl-ipc', 'php-floor'], SCENARIOS],
    ['a list', ['--only', 'grpc-js, curves,idle'], ['floor', 'grpc-js'], ['curves', 'idle']],
    ['several lists', ['--only', 'idle', '--only=floor'], ['floor'], ['idle']],
  ])('may choose %s', (_, args, systems, scenarios) => {
    expect(readArguments(args)).toMatchObject({ systems, scenarios });
  });

  test('takes the folder of the original and every switch', () => {
    expect(readArguments(['--quick', '--json', '--write', '--original', 'there', '-h'])).toMatchObject({
      quick: true,
      json: true,
      write: true,
      original: 'there',
      help: true,
    });
  });

  test.each([
    [['--only', 'grpc'], /--only grpc is no scenario and no system; there are serial, .*grpc-js/],
    [['--fast'], /--fast/],
    [['serial'], /serial/],
    [['--original'], /--original/],
  ])('%j is refused, naming what is wrong', (args, message) => {
    expect(() => readArguments(args)).toThrow(UsageError);
    expect(() => readArguments(args)).toThrow(message);
  });

  test('can be helped with: every scenario and system is named', () => {
    for (const name of [...SCENARIOS, ...ALL_SYSTEMS]) expect(HELP).toContain(name);
  });
});
