import { setImmediate, setTimeout } from 'node:timers/promises';

export interface UntilOptions {
  /** What is waited for, as the end of "waited 5000 ms for …"; a function is asked when the wait has failed. */
  readonly what: string | (() => string);
  /** Default 5,000. */
  readonly timeoutMs?: number;
}

/** Polls that only yield to the event loop; later ones sleep, so that a long wait leaves the CPU to what it waits for. */
const EAGER_POLLS = 20;
const POLL_MS = 2;

/**
 * Resolves with the first truthy value of `predicate`. The one way to wait in tests for what no event tells.
 *
 * @throws Error naming what was waited for, how long, and the last value, if it does not come true in time; what
 * `predicate` throws, at once
 */
export async function until<Value>(
  predicate: () => Value | Promise<Value>,
  { what, timeoutMs = 5_000 }: UntilOptions,
): Promise<Exclude<Awaited<Value>, false | 0 | '' | null | undefined>> {
  const start = performance.now();
  for (let polls = 0; ; polls++) {
    const value = await predicate();
    if (value) return value as Exclude<Awaited<Value>, false | 0 | '' | null | undefined>;
    if (performance.now() - start >= timeoutMs) {
      const text = typeof what === 'string' ? what : what();
      throw new Error(`waited ${timeoutMs} ms for ${text}; the last value was ${JSON.stringify(value)}`);
    }
    await (polls < EAGER_POLLS ? setImmediate() : setTimeout(POLL_MS));
  }
}
