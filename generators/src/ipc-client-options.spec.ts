import { describe, expect, it } from 'vitest';
import { IPCClient } from './ipc-client';
import { calledBack, open, rejection, serve } from './ipc-client.fixture';
import { readOptions, requestTimeoutOf } from './ipc-client-options';

const read = (options: object | null) => readOptions('/run/app/s', options);

type Row = readonly [name: string, values: readonly unknown[], expected: object];

/** A row for each value. */
function each(rows: readonly Row[]): [name: string, value: unknown, expected: object][] {
  return rows.flatMap(([name, values, expected]) =>
    values.map((value): [string, unknown, object] => [name, value, expected]),
  );
}

describe('the options of the original', () => {
  it.each(
    each([
      ['requestTimeout', [undefined, null, false, 0, NaN, '', '0'], { requestTimeoutMs: 10_000 }],
      ['requestTimeout', [5_000, '5000', ' 5e3 '], { requestTimeoutMs: 5_000 }],
      ['requestTimeout', [0.5, '0.5'], { requestTimeoutMs: 0.5 }],
      ['autoReconnect', [undefined, true, 1_000, '1000'], { reconnectInitialMs: 1_000, reconnectMaxMs: 4_000 }],
      ['autoReconnect', [null, false, 0, NaN, '', '0'], { reconnectInitialMs: 0 }],
      ['autoReconnect', [5_000, '5000'], { reconnectInitialMs: 5_000, reconnectMaxMs: 5_000 }],
      ['userAgent', [undefined, null, false, 0, ''], { userAgent: `Node/IPCClient${process.cwd()}` }],
      ['userAgent', ['7', 7], { userAgent: '7' }],
    ]),
  )('have %s %j mean %j', (name, value, expected) => {
    expect(read({ [name]: value }).library).toMatchObject(expected);
  });

  it.each(
    each([
      ['logStatsInterval', [undefined, null, false, 0, NaN, '', '0'], { logStatsInterval: 0 }],
      ['logStatsInterval', [250, '250'], { logStatsInterval: 250 }],
      ['messageTransform', [undefined, null, false, 0, ''], { messageTransform: null }],
      ['codeToErr', [undefined, null, false, 0, ''], { codeToErr: false }],
      ['codeToErr', [true, 1, 'yes'], { codeToErr: true }],
    ]),
  )('have %s %j mean to the façade %j', (name, value, expected) => {
    expect(read({ [name]: value }).own).toMatchObject(expected);
  });

  it.each(['expireRequest', 'expirationFrequency'])('may have any %s', (name) => {
    for (const value of [null, 'x', -1, {}]) expect(read({ [name]: value })).toEqual(read({}));
  });

  it.each([null, undefined, false, 0, ''])('are none where they are %j', (options) => {
    expect(read(options as never)).toEqual(read({}));
  });

  it.each<[name: string, value: unknown, line: RegExp]>([
    ['requestTimeout', 'soon', /^requestTimeout is "soon"; give a number from 0 to 2147483647$/],
    ['requestTimeout', ' ', /^requestTimeout is " "; give a number/],
    ['requestTimeout', true, /^requestTimeout is true; give a number/],
    ['requestTimeout', -1, /^requestTimeout is -1; give a number/],
    ['requestTimeout', 'Infinity', /^requestTimeout is Infinity; give a number/],
    ['requestTimeout', 5_000n, /^requestTimeout is 5000n; give a number/],
    ['requestTimeout', {}, /^requestTimeout is \{\}; give a number/],
    ['autoReconnect', 'yes', /^autoReconnect is "yes"; give a number/],
    ['autoReconnect', -5, /^autoReconnect is -5; give a number/],
    ['autoReconnect', {}, /^autoReconnect is \{\}; give a number/],
    ['userAgent', {}, /^userAgent is \{\}; give a string$/],
    ['userAgent', true, /^userAgent is true; give a string$/],
    ['logStatsInterval', true, /^logStatsInterval is true; give milliseconds, or null for never$/],
    ['logStatsInterval', 'often', /^logStatsInterval is "often"; give milliseconds/],
    ['logStatsInterval', -1, /^logStatsInterval is -1; give milliseconds/],
    ['logStatsInterval', 5n, /^logStatsInterval is 5n; give milliseconds/],
    [
      'messageTransform',
      {},
      /^messageTransform is \{\}; give a function \(message\) => \[err, data\], or null for none$/,
    ],
    ['messageTransform', true, /^messageTransform is true; give a function/],
  ])('refuse %s %s, which can mean nothing, and say what to give', (name, value, line) => {
    expect(() => read({ [name]: value })).toThrow(TypeError);
    expect(() => read({ [name]: value })).toThrow(line);
  });

  it.each([
    ['5000', 5_000],
    ['"fast"', 'fast'],
    ['true', true],
    ['[]', []],
    [
      '[Function: callback]',
      function callback() {
        return undefined;
      },
    ],
  ])('are refused where they are %s, which the original overlooked', (shown, options) => {
    expect(() => read(options as never)).toThrow(
      new TypeError(`options are ${shown}; give an object such as { requestTimeout: 5000 }`),
    );
  });
});

describe('the options that the original did not have', () => {
  it.each(['maxFrameBytes', 'maxJsonDepth', 'maxPending', 'maxBufferedBytes', 'connectTimeout'])(
    'have %s null as the default, text as its number, and nothing else',
    (name) => {
      const option = name === 'connectTimeout' ? 'connectTimeoutMs' : name;
      expect(read({ [name]: null })).toEqual(read({}));
      expect(read({ [name]: '900' }).library).toMatchObject({ [option]: 900 });
      for (const value of [false, '', NaN]) expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name} is `));
    },
  );
});

describe('a requestTimeout that was assigned to a client', () => {
  it.each<[unknown, number]>([
    [0, 0],
    [50, 50],
    ['50', 50],
    [Infinity, Infinity],
    [null, 10_000],
    [undefined, 10_000],
    [NaN, 10_000],
    ['', 10_000],
    ['soon', 10_000],
    [{}, 10_000],
  ])('%j is %d ms', (assigned, ms) => {
    expect(requestTimeoutOf(assigned)).toBe(ms);
  });

  it('as text ends the next request in time', async () => {
    const { client } = await open();
    client.requestTimeout = '20' as never;
    expect(await rejection(client.send('/hang'))).toBe('request_timeout');
  });
});

describe('a client', () => {
  it.each([null, undefined, false] as const)('works with %j for logger and options', async (nothing) => {
    const { path } = await serve();
    const client = new IPCClient(path, nothing ?? undefined, nothing as null);
    await client.connect();
    expect(await client.send('/echo', 1)).toBe(1);
    expect(await rejection(client.send('/echo', 1n))).toBe('invalid_argument');
    await client.close();
  });

  it('with messageTransform false asks codeToErr still', async () => {
    const { client } = await open({ messageTransform: false, codeToErr: 1 });
    expect(await calledBack(client, '/echo', { code: 'c' })).toEqual([{ code: 'c' }, { code: 'c' }]);
  });
});
