import type { ServerLog } from '../options';

const LINES_PER_SECOND = 10;

/**
 * Log lines that a peer can cause at will, at most 10 a second for each connection. What is left out is counted in the
 * next line, or in one at the end.
 */
export class FaultLog {
  readonly #log: ServerLog;
  readonly #now: () => number;
  #windowStart = -Infinity;
  #lines = 0;
  #omitted = 0;

  constructor({ log, now }: { log: ServerLog; now: () => number }) {
    this.#log = log;
    this.#now = now;
  }

  log(code: string, message: string, data: Readonly<Record<string, unknown>>): void {
    const now = this.#now();
    if (now - this.#windowStart >= 1_000) {
      this.#windowStart = now;
      this.#lines = 0;
    }
    if (this.#lines++ >= LINES_PER_SECOND) {
      this.#omitted++;
      return;
    }
    this.#log.error(code, message, this.#omitted > 0 ? { ...data, omittedBefore: this.#omitted } : data);
    this.#omitted = 0;
  }

  /** Accounts for what was left out since the last line. */
  close(): void {
    if (this.#omitted > 0)
      this.#log.error('stream_err', `${this.#omitted} more faults of this connection were not logged`);
    this.#omitted = 0;
  }
}
