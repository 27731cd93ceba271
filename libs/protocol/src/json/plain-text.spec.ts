import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { isPlainText, paysToLook } from './plain-text';

// Thousands of random texts: a second alone, many on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const isPlain = (text: string): boolean => JSON.stringify(text) === `"${text}"`;

test('finds each character that JSON escapes, wherever it stands, and no other of Latin-1', () => {
  const lengths = [1, 2, 3, 4, 5, 255, 256, 257, 258, 259, 1_000, 8_191, 8_192, 8_193, 16_386];
  const wrong = lengths.flatMap((length) =>
    [0, 1, 2, 3, 4, length - 5, length - 4, length - 3, length - 2, length - 1]
      .filter((at) => at >= 0 && at < length)
      .flatMap((at) =>
        Array.from({ length: 256 }, (_, code) => code)
          // Each character in short text; those at the edges in long text.
          .filter((code) => length <= 1_000 || [0, 31, 32, 34, 92, 127, 128, 255].includes(code))
          .filter((code) => {
            const text = 'x'.repeat(at) + String.fromCharCode(code) + 'x'.repeat(length - at - 1);
            return isPlainText(text) !== isPlain(text);
          })
          .map((code) => ({ length, at, code })),
      ),
  );
  expect(wrong).toEqual([]);
});

test('never takes text for plain that JSON writes otherwise, whatever its characters', () => {
  const unit = fc.oneof(
    { arbitrary: fc.constantFrom('a', 'é', '€', '😀'), weight: 40 },
    {
      arbitrary: fc.constantFrom('\ud800', '\udfff', '"', '\\', '\u0000', '\u001f', '\u2028', '\u0122', '\u015c'),
      weight: 1,
    },
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 80 }), fc.nat(60), (text, times) => {
      const long = text.repeat(times);
      expect(!isPlainText(long) || isPlain(long)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ['11.3.244.8-node.33', true],
  ['13.6.233.17-node.53', true],
  ['13.8.1', false],
  ['14.1.146.11-node.25', false],
])('with V8 %s it pays to look: %s', (version, pays) => {
  expect(paysToLook(version)).toBe(pays);
});
