/** Counters of one cycle: from one call of {@link ServerStats.closeCycle} to the next. */
export interface StatsCycle {
  /** Requests that came in, whatever became of them. */
  readonly requests: number;
  readonly clientOpen: number;
  readonly clientClose: number;
  /** Most connections open at a time. */
  readonly maxConnections: number;
  /** How long the cycle was, in milliseconds. */
  readonly duration: number;
  /** Calls that took longer than the slow threshold. */
  readonly slowResponses: number;
  /** Writes that the peer was not fast enough to take. */
  readonly streamBackpressure: number;
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

const emptyCycle = (maxConnections: number): Mutable<StatsCycle> => ({
  requests: 0,
  clientOpen: 0,
  clientClose: 0,
  maxConnections,
  duration: 0,
  slowResponses: 0,
  streamBackpressure: 0,
});

/** Counts what a server does: in cycles, and, for what should not happen, since it started. */
export class ServerStats {
  slowThresholdMs: number;
  /** The running cycle. */
  readonly current = emptyCycle(0);
  /** The last whole cycle. */
  last: StatsCycle = emptyCycle(0);
  readonly #now: () => number;
  #cycleBegan: number;
  #connections = 0;
  readonly #errors = new Map<string, number>();

  /** @param now Milliseconds of a monotonic clock. */
  constructor({ slowThresholdMs, now }: { slowThresholdMs: number; now: () => number }) {
    this.slowThresholdMs = slowThresholdMs;
    this.#now = now;
    this.#cycleBegan = now();
  }

  /** Connections open now. */
  get connections(): number {
    return this.#connections;
  }

  /** Error replies, refusals and forced closes since the start, by code or reason. Keys are ours, never a caller's. */
  get errors(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#errors);
  }

  opened(): void {
    this.current.clientOpen++;
    if (++this.#connections > this.current.maxConnections) this.current.maxConnections = this.#connections;
  }

  closed(): void {
    this.current.clientClose++;
    this.#connections--;
  }

  /** A request came in. */
  received(): void {
    this.current.requests++;
  }

  /** A call has ended after `ms`. */
  answered(ms: number): void {
    if (ms > this.slowThresholdMs) this.current.slowResponses++;
  }

  error(code: string): void {
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  }

  /** Ends the running cycle and begins the next. Returns the one that ended. */
  closeCycle(): StatsCycle {
    const now = this.#now();
    this.last = { ...this.current, duration: Math.round(now - this.#cycleBegan) };
    this.#cycleBegan = now;
    Object.assign(this.current, emptyCycle(this.#connections));
    return this.last;
  }
}
