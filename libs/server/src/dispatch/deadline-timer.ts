import { DeadlineWheel, type DeadlineEntry } from '@pixl-ipc/protocol';

/** How late a deadline may be noticed. A fifth of the 100 ms that are promised. */
const TICK_MS = 20;

/** Something that ends at an instant, and knows how. */
export interface Expiring extends DeadlineEntry {
  /** The instant has come. Must not throw. */
  expire(): void;
}

/** A {@link DeadlineWheel} with a timer that runs only while something waits. */
export class DeadlineTimer {
  readonly #wheel = new DeadlineWheel<Expiring>({ tickMs: TICK_MS });
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ now }: { now: () => number }) {
    this.#now = now;
  }

  add(entry: Expiring, deadline: number): void {
    this.#wheel.add(entry, deadline);
    this.#timer ??= setTimeout(this.#tick, TICK_MS);
  }

  /** Harmless where it was not added, or has expired. */
  remove(entry: Expiring): void {
    this.#wheel.remove(entry);
  }

  /** Lets the process end; entries still waiting never expire. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #tick = (): void => {
    this.#wheel.expire(this.#now(), expire);
    this.#timer = this.#wheel.size > 0 ? setTimeout(this.#tick, TICK_MS) : undefined;
  };
}

function expire(entry: Expiring): void {
  entry.expire();
}
