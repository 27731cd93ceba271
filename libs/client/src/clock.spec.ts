import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_TIMER_MS, SYSTEM_CLOCK } from './clock';

const DAY_MS = 86_400_000;

describe.each(['after', 'afterUnlessExit'] as const)('SYSTEM_CLOCK.%s', (wait) => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([0, 1_000, MAX_TIMER_MS, MAX_TIMER_MS + 1, 3e9, 1e10])('runs once, after %d ms', (ms) => {
    const run = vi.fn();
    SYSTEM_CLOCK[wait](ms, run);
    if (ms > 1) vi.advanceTimersByTime(ms - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(run).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never runs after Infinity', () => {
    const run = vi.fn();
    const timer = SYSTEM_CLOCK[wait](Infinity, run);
    vi.advanceTimersByTime(100 * DAY_MS);
    expect([run.mock.calls.length, vi.getTimerCount()]).toEqual([0, 1]);
    timer.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never runs once it was cancelled, in whichever part of a long wait', () => {
    const run = vi.fn();
    const timer = SYSTEM_CLOCK[wait](3e9, run);
    vi.advanceTimersByTime(2.5e9);
    timer.cancel();
    vi.advanceTimersByTime(1e9);
    expect([run.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
