import { DeadlineWheel, type DeadlineEntry } from '@pixl-ipc/protocol';

/** How late a deadline may be noticed. A fifth of the 100 ms that are promised. */
const TICK_MS = 20;

/** A {@link DeadlineWheel} with a timer that runs only while something waits. */
export class DeadlineTimer<Entry extends DeadlineEntry> {
  readonly #wheel = new DeadlineWheel<Entry>({ tickMs: TICK_MS });
  readonly #now: () => number;
  readonly #onExpired: (entry: Entry) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor({ now, onExpired }: { now: () => number; onExpired: (entry: Entry) => void }) {
    this.#now = now;
    this.#onExpired = onExpired;
  }

  add(entry: Entry, deadline: number): void {
    this.#wheel.add(entry, deadline);
    this.#timer ??= setTimeout(this.#tick, TICK_MS);
  }

  remove(entry: Entry): void {
    this.#wheel.remove(entry);
  }

  /** Lets the process end; entries still waiting never expire. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #tick = (): void => {
    this.#wheel.expire(this.#now(), this.#onExpired);
    this.#timer = this.#wheel.size > 0 ? setTimeout(this.#tick, TICK_MS) : undefined;
  };
}
