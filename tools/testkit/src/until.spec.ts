import { expect, test } from 'vitest';
import { until } from './until';

test('resolves with the first truthy value, at once where it is true already', async () => {
  expect(await until(() => 'now', { what: 'a word' })).toBe('now');
  let polls = 0;
  expect(await until(() => ++polls > 30 && polls, { what: '30 polls' })).toBe(31);
  expect(await until(() => Promise.resolve(7), { what: 'a promise' })).toBe(7);
});

test('fails with what it waited for, how long, and the last value', async () => {
  const failed = until(() => 0, { what: 'the counter', timeoutMs: 20 });
  await expect(failed).rejects.toThrow('waited 20 ms for the counter; the last value was 0');
  let asked = 0;
  const what = () => `${++asked} question`;
  await expect(until(() => null, { what, timeoutMs: 20 })).rejects.toThrow(
    'waited 20 ms for 1 question; the last value was null',
  );
});

test('fails at once with what the predicate throws', async () => {
  const start = performance.now();
  const predicate = (): boolean => {
    throw new RangeError('broken');
  };
  await expect(until(predicate, { what: 'nothing' })).rejects.toThrow(new RangeError('broken'));
  expect(performance.now() - start).toBeLessThan(1_000);
});
