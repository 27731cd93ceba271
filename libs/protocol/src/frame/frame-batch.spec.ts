import { expect, test } from 'vitest';
import { FrameBatch } from './frame-batch';

test('a batch hands over its frames in order, once', () => {
  const batch = new FrameBatch();
  expect([batch.length, batch.take()]).toEqual([0, '']);
  expect(batch.add('{"a":1}\n')).toBe(false);
  expect(batch.add('{"b":2}\n')).toBe(false);
  expect(batch.length).toBe(16);
  expect([batch.take(), batch.length, batch.take()]).toEqual(['{"a":1}\n{"b":2}\n', 0, '']);
});

test('a batch asks to be written at 8,192 chars, and not one earlier', () => {
  const batch = new FrameBatch();
  expect(batch.add('x'.repeat(8_191))).toBe(false);
  expect(batch.add('\n')).toBe(true);
  batch.take();
  expect(batch.add('x'.repeat(100_000))).toBe(true);
});
