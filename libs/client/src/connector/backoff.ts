/** How a {@link Backoff} grows. */
export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  /** Numbers from 0 up to, not including, 1. */
  readonly random: () => number;
}

/**
 * Delays between attempts, full jitter: each is anywhere between 0 and a ceiling that doubles up to `maxMs`. So clients
 * that lost one server at one instant do not come back at one instant.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #ceilingMs: number;

  constructor(options: BackoffOptions) {
    this.#options = options;
    this.#ceilingMs = options.initialMs;
  }

  /** The next delay in milliseconds; raises the ceiling. */
  next(): number {
    const delayMs = this.#options.random() * this.#ceilingMs;
    this.#ceilingMs = Math.min(this.#options.maxMs, this.#ceilingMs * 2);
    return delayMs;
  }

  /** Starts over at `initialMs`. */
  reset(): void {
    this.#ceilingMs = this.#options.initialMs;
  }
}
