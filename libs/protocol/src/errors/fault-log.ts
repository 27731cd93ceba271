/** Takes log lines of errors. */
export interface LogSink {
  log(code: string, message: string, data?: Readonly<Record<string, unknown>>): void;
}

/** What a {@link FaultLog} is made of. */
export interface FaultLogOptions {
  /** Where its lines go: the log, or another fault log that bounds several of its kind together. */
  readonly to: LogSink;
  /** Whose faults they are, for the line that accounts for what was left out: `this connection`. */
  readonly of: string;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Lines a second, inclusive. */
  readonly maxLines?: number;
}

/** One peer that errs is seen, and does not fill a disk. */
const LINES_PER_SECOND = 10;

/**
 * Log lines that a peer can cause at will, at most so many a second. What is left out is counted in the next line, or in
 * one at the end.
 */
export class FaultLog implements LogSink {
  readonly #to: LogSink;
  readonly #of: string;
  readonly #now: () => number;
  readonly #maxLines: number;
  #windowStart = -Infinity;
  #lines = 0;
  #omitted = 0;

  constructor({ to, of, now, maxLines = LINES_PER_SECOND }: FaultLogOptions) {
    this.#to = to;
    this.#of = of;
    this.#now = now;
    this.#maxLines = maxLines;
  }

  log(code: string, message: string, data: Readonly<Record<string, unknown>> = {}): void {
    const now = this.#now();
    if (now - this.#windowStart >= 1_000) {
      this.#windowStart = now;
      this.#lines = 0;
    }
    // One of several may have left out some itself.
    const omittedBefore = this.#omitted + Number(data.omittedBefore ?? 0);
    if (this.#lines++ >= this.#maxLines) {
      this.#omitted = omittedBefore + 1;
      return;
    }
    this.#to.log(code, message, omittedBefore > 0 ? { ...data, omittedBefore } : data);
    this.#omitted = 0;
  }

  /** Accounts for what was left out since the last line. */
  close(): void {
    if (this.#omitted > 0) this.#to.log('stream_err', `${this.#omitted} more faults of ${this.#of} were not logged`);
    this.#omitted = 0;
  }
}
