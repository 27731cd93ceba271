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
  /** The same for work that is not worth keeping the process alive for. */
  afterUnlessExit(ms: number, run: () => void): Timer;
}

/** The process's own clock. */
export const SYSTEM_CLOCK: Clock = Object.freeze({
  now: () => performance.now(),
  after: (ms: number, run: () => void) => timer(setTimeout(run, ms)),
  afterUnlessExit: (ms: number, run: () => void) => timer(setTimeout(run, ms).unref()),
});

function timer(timeout: NodeJS.Timeout): Timer {
  return { cancel: () => clearTimeout(timeout) };
}
