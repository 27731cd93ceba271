import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import wabt from 'wabt';
import { EscapeScan } from './escape-scan';
import { ESCAPE_SCAN_CODE } from './escape-scan-code';

// Thousands of random texts: a second alone, many on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const isPlain = (text: string): boolean => JSON.stringify(text) === `"${text}"`;

test('its code is what escape-scan.wat assembles to', async () => {
  const assembler = await wabt();
  const source = readFileSync(join(__dirname, 'escape-scan.wat'), 'utf8');
  const module = assembler.parseWat('escape-scan.wat', source, { simd: true });
  module.validate();
  expect(ESCAPE_SCAN_CODE).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'));
});

test('finds each character that JSON escapes, wherever it stands, and no other of Latin-1', () => {
  const scan = new EscapeScan();
  const lengths = [16, 17, 31, 32, 33, 255, 256, 1_000, 2_048, 2_049, 65_535, 65_536, 65_537, 131_080];
  const wrong = lengths.flatMap((length) =>
    [0, 1, 15, 16, length - 17, length - 16, length - 15, length - 1]
      .filter((at) => at >= 0 && at < length)
      .flatMap((at) =>
        Array.from({ length: 256 }, (_, code) => code)
          // Each character in short text; those at the edges in long text.
          .filter((code) => length <= 1_000 || [0, 31, 32, 34, 92, 127, 128, 255].includes(code))
          .filter((code) => {
            const text = 'x'.repeat(at) + String.fromCharCode(code) + 'x'.repeat(length - at - 1);
            return scan.isPlain(text) !== isPlain(text);
          })
          .map((code) => ({ length, at, code })),
      ),
  );
  expect(wrong).toEqual([]);
});

test('never takes text for plain that JSON writes otherwise, whatever its characters', () => {
  const scan = new EscapeScan();
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
      expect(!scan.isPlain(long) || isPlain(long)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test('takes nothing for plain where there is no WebAssembly, or no vectors', () => {
  expect(new EscapeScan('AGFzbQEAAAD/').isPlain('x'.repeat(1_000))).toBe(false);
  expect(new EscapeScan().isPlain('x'.repeat(1_000))).toBe(true);
});

test.each([
  ['11.3.244.8-node.33', true],
  ['13.6.233.17-node.53', true],
  ['13.8.1', false],
  ['14.1.146.11-node.25', false],
])('with V8 %s it pays: %s', (version, pays) => {
  expect(EscapeScan.pays(version)).toBe(pays);
});
