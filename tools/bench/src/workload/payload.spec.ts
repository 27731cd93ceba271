import { expect, test } from 'vitest';
import { CELL_GROUPS } from './cell';
import { PAYLOAD_KINDS, payloadNamed } from './payload';

test.each([
  ['small', 20, 60],
  ['1K', 1_000, 1_060],
  ['20K', 20_000, 20_500],
  ['1M', 1_000_000, 1_040_000],
  ['text 10K', 9_500, 11_500],
  ['records', 30_000, 38_000],
])('the payload %s is %d to %d bytes of JSON', (name, least, most) => {
  const bytes = Buffer.byteLength(JSON.stringify(payloadNamed(name).data));
  expect(bytes).toBeGreaterThanOrEqual(least);
  expect(bytes).toBeLessThanOrEqual(most);
});

test('every cell has a payload, every kind of payload a cell', () => {
  const kinds = CELL_GROUPS.flatMap(({ cells }) => cells).map(({ payload }) => payloadNamed(payload).kind);
  expect(new Set(kinds)).toEqual(new Set(PAYLOAD_KINDS));
});

test('the strings differ from each other, and are the same in every run', () => {
  const { data } = payloadNamed('5K');
  const strings = Object.values('strings' in data ? data.strings : {});
  expect(new Set(strings).size).toBe(5);
  expect(payloadNamed('5K')).toEqual({ kind: 'strings', data });
});

test('prose has what JSON escapes and what is not ASCII', () => {
  const { data } = payloadNamed('text 10K');
  expect('text' in data && data.text).toMatch(/"(?:.|\n)*\n\t(?:.|\n)*你(?:.|\n)*😀/u);
});

test('a payload that is none is refused', () => {
  expect(() => payloadNamed('large')).toThrow('no payload is called large');
});
