import { describe, expect, it } from 'vitest';
import { createServer } from './create-server';
import { OptionError } from './option-error';
import {
  assertLimits,
  DEFAULT_SERVER_LIMITS,
  resolveServerOptions,
  type ServerLimits,
  type ServerOptions,
} from './options';

const MIB = 1024 * 1024;
const MAX_INT = 2 ** 31 - 1;
const socketPath = '/run/app/s';

/** Least and greatest value of every limit, as docs/limits.md and the type promise them. */
const RANGES: Record<keyof ServerLimits, readonly [number, number]> = {
  maxFrameBytes: [64, 256 * MIB],
  maxJsonDepth: [2, 2_000],
  maxIdBytes: [1, 65_536],
  maxUriBytes: [1, 65_536],
  maxUserAgentBytes: [0, MAX_INT],
  maxMetaBytes: [0, MAX_INT],
  maxResponseBytes: [64, 256 * MIB],
  maxConnections: [1, 1_000_000],
  maxConnectionsPerUid: [1, 1_000_000],
  maxInFlightPerConnection: [1, 1_000_000],
  maxInFlightTotal: [1, 10_000_000],
  writeSoftBytes: [1, 1024 * MIB],
  writeHardBytes: [1, 2047 * MIB],
  slowReaderTimeoutMs: [1, MAX_INT],
  maxBufferedBytesTotal: [MIB, Number.MAX_SAFE_INTEGER],
  frameTimeoutMs: [1, MAX_INT],
  idleTimeoutMs: [0, MAX_INT],
  requestTimeoutMs: [0, MAX_INT],
  drainTimeoutMs: [0, MAX_INT],
  drainGraceMs: [0, MAX_INT],
  listenBacklog: [1, 65_535],
  framesPerTurn: [1, 100_000],
};
const limits = Object.entries(RANGES) as [keyof ServerLimits, readonly [number, number]][];

function failure(options: object): OptionError {
  try {
    resolveServerOptions({ socketPath, ...options });
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(options)} was taken`);
}

describe('limits', () => {
  it('have a finite default each, within its range', () => {
    expect(Object.keys(DEFAULT_SERVER_LIMITS).sort()).toEqual(Object.keys(RANGES).sort());
    for (const [key, [least, greatest]] of limits) {
      expect(DEFAULT_SERVER_LIMITS[key], key).toBeGreaterThanOrEqual(least);
      expect(DEFAULT_SERVER_LIMITS[key], key).toBeLessThanOrEqual(greatest);
    }
    expect(() => resolveServerOptions({ socketPath })).not.toThrow();
  });

  it('cannot be changed for everybody', () => {
    expect(Object.isFrozen(DEFAULT_SERVER_LIMITS)).toBe(true);
  });

  it.each(limits)('%s takes its least and greatest value and those next to them', (key, [least, greatest]) => {
    for (const value of [least, least + 1, greatest - 1, greatest])
      expect(() => assertLimits({ [key]: value })).not.toThrow();
  });

  it.each(limits)('%s refuses what is out of range, naming option, value and remedy', (key, [least, greatest]) => {
    for (const value of [least - 1, greatest + 1]) {
      expect(failure({ [key]: value })).toMatchObject({
        option: key,
        message: `${key} is ${value}; give a whole number from ${least} to ${greatest}`,
      });
    }
  });

  it.each<[unknown, string]>([
    ['64', '"64"'],
    [64.5, '64.5'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [null, 'null'],
    [true, 'true'],
    [[64], '[64]'],
    [{ bytes: 64 }, '{"bytes":64}'],
    [64n, '64'],
    [Symbol('x'), 'Symbol(x)'],
    [() => 64, '() => 64'],
  ])('refuse %o and say what it is', (value, shown) => {
    for (const [key] of limits) expect(failure({ [key]: value }).reason).toMatch(shown);
  });

  it('leave a built-in to everyone where its access is undefined', () => {
    const { builtins } = resolveServerOptions({ socketPath, builtins: { stats: undefined, metrics: false } as never });
    expect(builtins).toEqual({ describe: true, stats: true, metrics: false });
  });

  it('go back to their default where they are undefined', () => {
    expect(resolveServerOptions({ socketPath, maxUriBytes: undefined } as unknown as ServerOptions).maxUriBytes).toBe(
      2_048,
    );
  });
});

describe('server options', () => {
  it.each<[string, object, string]>([
    ['an empty path', { socketPath: '' }, 'socketPath is ""; give the path of the UNIX socket to listen on'],
    ['a path of another type', { socketPath: 3 }, 'socketPath is 3; give the path of the UNIX socket to listen on'],
    ['a mode under 0', { socketMode: -1 }, 'socketMode is -1; give permission bits such as 0o600 or 0o660'],
    ['a mode over 0o777', { socketMode: 0o1000 }, 'socketMode is 512; give permission bits such as 0o600 or 0o660'],
    ['a mode as text', { socketMode: '600' }, 'socketMode is "600"; give permission bits such as 0o600 or 0o660'],
    ['a threshold under 0', { slowThresholdMs: -1 }, 'slowThresholdMs is -1; give milliseconds, 0 or more'],
    ['a threshold as text', { slowThresholdMs: '20' }, 'slowThresholdMs is "20"; give milliseconds, 0 or more'],
    [
      'an endless threshold',
      { slowThresholdMs: Infinity },
      'slowThresholdMs is Infinity; give milliseconds, 0 or more',
    ],
    ['one uid', { allowUids: 33 }, 'allowUids is 33; give a list of numeric ids such as [33]'],
    ['uids as text', { allowUids: ['33'] }, 'allowUids is ["33"]; give a list of numeric ids such as [33]'],
    ['gids under 0', { allowGids: [-1] }, 'allowGids is [-1]; give a list of numeric ids such as [33]'],
    [
      'a log that cannot log',
      { log: {} },
      'log is {}; give an object with debug(level, message, data) and error(code, message, data)',
    ],
    ['a word for no', { validateResponses: 'no' }, 'validateResponses is "no"; give true or false'],
    ['a number for no', { containErrors: 0 }, 'containErrors is 0; give true or false'],
    ['null for no', { sharedReadBuffer: null }, 'sharedReadBuffer is null; give true or false'],
    [
      'a service without its version',
      { service: { name: 'greeter' } },
      'service is {"name":"greeter"}; give name and version such as {"name": "greeter", "version": "1.2.3"}',
    ],
    [
      'a service whose name is none',
      { service: { name: 5, version: '1' } },
      'service is {"name":5,"version":"1"}; give name and version such as {"name": "greeter", "version": "1.2.3"}',
    ],
    [
      'a contract document that is none',
      { contractDocument: {} },
      'contractDocument is {}; give what contractDocument() of @pixl-ipc/contract returns',
    ],
    [
      'a name that is near another',
      { requestTimeout: 5 },
      'requestTimeout is no option of a server; did you mean requestTimeoutMs?',
    ],
    ['a name that is near no other', { colour: 'red' }, 'colour is no option of a server; leave it out'],
    ['builtins as a list', { builtins: ['stats'] }, 'builtins is ["stats"]; give an object such as {"stats": false}'],
    [
      'a built-in that cannot be set',
      { builtins: { ping: false } },
      'builtins.ping is nothing that can be set; there are describe, metrics, stats',
    ],
    [
      'a built-in for users by name',
      { builtins: { stats: { allowUids: ['root'] } } },
      'builtins.stats is {"allowUids":["root"]}; give true, false or {"allowUids": [0]} with numeric ids',
    ],
  ])('refuse %s, naming option, value and remedy', (_what, options, message) => {
    expect(failure(options).message).toBe(message);
  });

  it('show no more of a wrong value than tells what it is', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(failure({ service: circular }).reason).toMatch(/^is \[object Object\]; give name/);
    expect(failure({ validateResponses: 'x'.repeat(10_000) }).message.length).toBeLessThan(300);
  });

  it.each([undefined, null, 5, [], 'x'])('refuse %j in the place of all of them', (options) => {
    expect(() => resolveServerOptions(options as never)).toThrow(/^options are .*; give an object$/);
    expect(() => createServer(options as never)).toThrow(OptionError);
  });

  it.each<[object, string]>([
    [{}, 'endpoints is undefined; give a list of what handle(contract, …) returns'],
    [{ endpoints: {} }, 'endpoints is {}; give a list of what handle(contract, …) returns'],
    [{ endpoints: [], middleware: 5 }, 'middleware is 5; give a list of functions (context, next) => …'],
    [{ endpoints: [], middleware: [5] }, 'middleware is [5]; give a list of functions (context, next) => …'],
    [{ endpoints: [], endpoint: [] }, 'endpoint is no option of a server; did you mean endpoints?'],
  ])('of createServer refuse %j, naming option, value and remedy', (options, message) => {
    expect(() => createServer(options as never)).toThrow(
      new OptionError(message.split(' ')[0] ?? '', message.replace(/^\w+ /, '')),
    );
  });

  it.each<[keyof ServerLimits, number, keyof ServerLimits, number]>([
    ['writeSoftBytes', 33 * MIB, 'writeHardBytes', 32 * MIB],
    ['maxResponseBytes', 33 * MIB, 'writeHardBytes', 32 * MIB],
    ['maxFrameBytes', 3 * MIB, 'maxBufferedBytesTotal', 2 * MIB],
    ['maxResponseBytes', 3 * MIB, 'maxBufferedBytesTotal', 2 * MIB],
  ])('refuse %s over what it has to fit into', (less, lessBytes, more, moreBytes) => {
    const fitting = { maxResponseBytes: 64, maxFrameBytes: 64, writeSoftBytes: 1 };
    expect(failure({ ...fitting, [less]: lessBytes, [more]: moreBytes }).message).toBe(
      `${less} is ${lessBytes}, over ${more} ${moreBytes}; lower it or raise ${more}`,
    );
    expect(() => resolveServerOptions({ socketPath, ...fitting, [less]: moreBytes, [more]: moreBytes })).not.toThrow();
  });

  it.each<[string, Partial<ServerOptions>]>([
    ['modes from nothing', { socketMode: 0 }],
    ['to everything', { socketMode: 0o777 }],
    ['an empty list of uids, for nobody', { allowUids: [] }],
    ['a threshold between milliseconds', { slowThresholdMs: 0.5 }],
  ])('take %s', (_what, options) => {
    expect(resolveServerOptions({ socketPath, ...options })).toMatchObject(options);
  });
});
