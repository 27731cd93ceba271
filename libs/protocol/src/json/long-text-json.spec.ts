import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { longTextJson, wellFormedJson } from './long-text-json';

// Thousands of random data: seconds alone, many on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** What each way of writing does with data: the text, or the name of what it throws. */
function outcome(write: (data: unknown) => string | undefined, data: unknown): string | undefined {
  try {
    return write(data);
  } catch (error) {
    return `throws ${(error as Error).name}`;
  }
}

function expectSame(make: () => unknown): void {
  expect(outcome(longTextJson, make())).toBe(outcome(JSON.stringify, make()));
}

const LONG = 'x'.repeat(300);
const long = fc.constantFrom(LONG, `${LONG}"`, `\n${LONG}`, `${LONG}é€😀`, `${LONG.repeat(300)}\\`);
const small = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    true,
    -0,
    NaN,
    1e21,
    '',
    '"',
    () => 1,
    Symbol('s'),
    new Date(0),
    new Map(),
    new String('s'),
  ),
  fc.string(),
  fc.double(),
  fc.integer(),
);
const key = fc.oneof(
  fc.constantFrom('a', '10', '2', '__proto__', 'toString', 'a"b', '\u0000', 'é', 'toJSON '),
  fc.string(),
);
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    small,
    long,
    fc.array(tie('data'), { maxLength: 6 }),
    fc.dictionary(key, tie('data'), { maxKeys: 6, noNullPrototype: false }),
  ),
}));

test('data is written as JSON.stringify writes it, with long text anywhere', () => {
  fc.assert(
    fc.property(data, (value) => {
      expectSame(() => value);
    }),
    { numRuns: 10_000 },
  );
});

describe('like JSON.stringify it', () => {
  class Named {
    readonly text = LONG;
    toJSON(name: string): unknown {
      return { name, text: this.text };
    }
  }
  const circular = { text: LONG, deep: { deep: { deep: {} as object } } };
  circular.deep.deep.deep = circular;

  test.each<[string, () => unknown]>([
    [
      'tells toJSON the name of the member',
      () => ({ text: LONG, named: new Named(), 7: new Named(), list: [LONG, new Named()] }),
    ],
    ['uses a toJSON of a plain object', () => ({ text: LONG, own: { text: LONG, toJSON: () => 'own' } })],
    ['uses a toJSON of the data itself', () => ({ text: LONG, toJSON: () => ({ other: LONG }) })],
    ['ignores a toJSON that is no function', () => ({ text: LONG, toJSON: 'x' })],
    ['refuses circles', () => circular],
    ['refuses a BigInt', () => ({ text: LONG, big: 1n })],
    [
      'throws what a getter throws',
      () => ({
        text: LONG,
        get broken(): string {
          throw new RangeError('x');
        },
      }),
    ],
    ['leaves out what is not enumerable', () => Object.defineProperty({ text: LONG }, 'hidden', { value: LONG })],
    ['leaves out what has a symbol for a key', () => ({ text: LONG, [Symbol('s')]: LONG })],
    [
      'writes a key __proto__ that JSON.parse made',
      () => JSON.parse(`{"text":"${LONG}","__proto__":{"a":"${LONG}"},"b":1}`) as unknown,
    ],
    ['writes objects without a prototype', () => Object.assign(Object.create(null) as object, { text: LONG, n: 1 })],
    [
      'writes what holds nothing but what JSON has nothing for',
      () => ({ text: { text: LONG }, none: undefined, list: [undefined, LONG, undefined] }),
    ],
    ['writes sparse arrays', () => Object.assign([LONG], { 3: 'x' })],
    ['leaves out the named properties of an array', () => Object.assign([LONG], { named: LONG })],
    ['writes proxies of plain data', () => new Proxy({ text: LONG, n: 1 }, {})],
    ['writes text in text objects', () => ({ text: LONG, boxed: new String(LONG), list: [new String('s')] })],
  ])('%s', (_, make) => {
    expectSame(make);
  });
});

test.each([
  [`${LONG}\ud800`, `"${LONG}\ufffd"`],
  [{ text: LONG, '\ud800': '\udc00' }, `{"text":"${LONG}","\ufffd":"\ufffd"}`],
  [{ ['\udfff']: LONG, list: [LONG, '\ud800'] }, `{"\ufffd":"${LONG}","list":["${LONG}","\ufffd"]}`],
])('lone surrogates beside long text become U+FFFD', (value, text) => {
  expect([longTextJson(value), wellFormedJson(value)]).toEqual([text, text]);
});
