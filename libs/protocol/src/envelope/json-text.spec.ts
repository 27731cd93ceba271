import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { jsonText } from './json-text';

// Thousands of random cases: a second alone, many on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** Well-formed data by the plainest means. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), wellFormed(member)]));
}

test('text is what JSON.stringify writes of the same data made well-formed', () => {
  const units = fc.constantFrom('\ud800', '\udfff', '😀', '\\', 'u', 'd', '8', '0', '"', '\u001f', 'é');
  const text = fc.string({ unit: units, maxLength: 12 });
  const data = fc.oneof(text, fc.array(text), fc.dictionary(text, fc.oneof(text, fc.constant(null)), { maxKeys: 3 }));
  fc.assert(
    fc.property(data, (value) => {
      const written = jsonText(value) ?? '';
      expect(written.isWellFormed() && !/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(written)).toBe(true);
      expect(JSON.parse(written)).toEqual(wellFormed(value));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['\\ud800', '"\\\\ud800"'],
  ['\\\ud800', '"\\\\\ufffd"'],
  ['\\\\ud800\ud800', '"\\\\\\\\ud800\ufffd"'],
  [{ '\ud800': '\udc00' }, '{"\ufffd":"\ufffd"}'],
  [new String('\ud800') as unknown, '"\ufffd"'],
  [{ toJSON: () => '\ud800' }, '"\ufffd"'],
])('%j becomes %s', (data, text) => {
  expect(jsonText(data)).toBe(text);
});

test('data is serialised once, so that a toJSON with a memory is asked once', () => {
  let asked = 0;
  jsonText({ toJSON: () => `\ud800${++asked}` });
  expect(asked).toBe(1);
});

test('data that JSON has nothing for is undefined', () => {
  expect([jsonText(undefined), jsonText(Symbol('s')), jsonText(() => 1)]).toEqual([undefined, undefined, undefined]);
});

test('data that no JSON can hold throws at the caller', () => {
  const circular: unknown[] = [];
  circular.push(circular);
  expect(() => jsonText(circular)).toThrow(TypeError);
  expect(() => jsonText({ big: 1n })).toThrow(TypeError);
});
