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

/** The process's own clock. */
export const SYSTEM_CLOCK: Clock = Object.freeze({
  now: () => performance.now(),
  after: (ms: number, run: () => void) => timer(setTimeout(run, ms)),
  afterUnlessExit: (ms: number, run: () => void) => {
    // Timers come before input in a turn of the event loop, immediates after it.
    let immediate: NodeJS.Immediate | undefined;
    const timeout = setTimeout(() => (immediate = setImmediate(run)), ms).unref();
    return {
      cancel: () => {
        clearTimeout(timeout);
        clearImmediate(immediate);
      },
    };
  },
});

function timer(timeout: NodeJS.Timeout): Timer {
  return { cancel: () => clearTimeout(timeout) };
}
