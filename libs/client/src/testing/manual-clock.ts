import type { Clock, Timer } from '../clock';

interface Entry {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that moves when told to. */
export class ManualClock implements Clock {
  readonly #entries = new Set<Entry>();
  #now = 0;

  /** Timers that have not run. */
  get timers(): number {
    return this.#entries.size;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Timer {
    const entry = { at: this.#now + ms, run };
    this.#entries.add(entry);
    return { cancel: () => void this.#entries.delete(entry) };
  }

  afterUnlessExit(ms: number, run: () => void): Timer {
    return this.after(ms, run);
  }

  /** Moves on by `ms` and runs what falls due on the way, in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#entries].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#entries.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = until;
  }
}
