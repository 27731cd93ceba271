/** A timer that has not run yet. */
export interface Timer {
  /** Makes sure it never runs; harmless afterwards. */
  cancel(): void;
}

/** Where a client takes its time from; tests pass one that they move by hand. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Runs `run` once after `ms`; the process stays alive for it. */
  after(ms: number, run: () => void): Timer;
  /**
   * The same for work that is not worth keeping the process alive for, when what has come in by then has been read: a
   * process that was busy until a deadline may hold the reply already.
   */
  afterUnlessExit(ms: number, run: () => void): Timer;
}

/** The longest wait of Node's timers; a longer one would be over at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** The process's own clock. Its waits may be of any length, Infinity for ever. */
export const SYSTEM_CLOCK: Clock = Object.freeze({
  now: () => performance.now(),
  after: (ms: number, run: () => void) => longTimer(ms, run, { holdsProcess: true }),
  afterUnlessExit: (ms: number, run: () => void) => {
    // Timers come before input in a turn of the event loop, immediates after it.
    let immediate: NodeJS.Immediate | undefined;
    const timer = longTimer(ms, () => (immediate = setImmediate(run)), { holdsProcess: false });
    return {
      cancel: () => {
        timer.cancel();
        clearImmediate(immediate);
      },
    };
  },
});

/** Node's timers one after the other, as many as the wait takes. */
function longTimer(ms: number, run: () => void, { holdsProcess }: { readonly holdsProcess: boolean }): Timer {
  let timeout: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const isLast = leftMs <= MAX_TIMER_MS;
    timeout = isLast ? setTimeout(run, leftMs) : setTimeout(() => wait(leftMs - MAX_TIMER_MS), MAX_TIMER_MS);
    if (!holdsProcess) timeout.unref();
  };
  wait(ms);
  return { cancel: () => clearTimeout(timeout) };
}
