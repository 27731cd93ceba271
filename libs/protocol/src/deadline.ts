/** Something that must end at an instant. A {@link DeadlineWheel} links its entries through these fields. */
export interface DeadlineEntry {
  /** The wheel's own: the slot it stands in. */
  deadlineSlot: number;
  /** The wheel's own: neighbours in the slot. */
  deadlineNext: DeadlineEntry | undefined;
  deadlinePrevious: DeadlineEntry | undefined;
}

/** Slots that have lost their entries are kept until they are due, or there are so many: entries mostly leave early. */
const MAX_EMPTY_SLOTS = 1_024;

/**
 * Many deadlines, few timers: entries stand in slots of `tickMs`, adding and removing one is O(1) without an allocation.
 * Knows no clock: the owner passes instants, in milliseconds of one monotonic clock, and calls {@link expire}.
 * An entry expires at its deadline or up to `tickMs` later, never before.
 */
export class DeadlineWheel<Entry extends DeadlineEntry> {
  readonly tickMs: number;
  /** Each slot is a ring through its head, so that to take an entry out is no affair of the map. */
  readonly #slots = new Map<number, DeadlineEntry>();
  /** The slot of the last {@link add}: calls of one kind that begin within a tick have the same. */
  #latest: DeadlineEntry | undefined;
  #size = 0;
  #expired: number | undefined;

  constructor({ tickMs }: { tickMs: number }) {
    this.tickMs = tickMs;
  }

  /** Entries waiting. */
  get size(): number {
    return this.#size;
  }

  /**
   * Registers `entry`, which must not stand in a wheel already. A deadline that has passed expires with the next tick,
   * never inside the {@link expire} that is running.
   */
  add(entry: Entry, deadline: number): void {
    // Below 0 a slot means none.
    let slot = Math.max(0, Math.ceil(deadline / this.tickMs));
    // A slot that was visited already is not visited again.
    if (this.#expired !== undefined && slot <= this.#expired) slot = this.#expired + 1;
    if (this.#latest?.deadlineSlot !== slot) this.#latest = this.#slots.get(slot) ?? this.#open(slot);
    const head = this.#latest;
    const first = head.deadlineNext ?? head;
    entry.deadlineSlot = slot;
    entry.deadlinePrevious = head;
    entry.deadlineNext = first;
    head.deadlineNext = first.deadlinePrevious = entry;
    this.#size++;
  }

  /** Takes `entry` out; harmless where it stands in no slot. */
  remove(entry: Entry): void {
    const { deadlinePrevious: previous, deadlineNext: next } = entry;
    if (!previous || !next) return;
    previous.deadlineNext = next;
    next.deadlinePrevious = previous;
    entry.deadlineSlot = -1;
    entry.deadlineNext = entry.deadlinePrevious = undefined;
    this.#size--;
  }

  /** Takes out every entry whose deadline is not after `now` and hands it to `onExpired`, which must not throw. */
  expire(now: number, onExpired: (entry: Entry) => void): void {
    const due = Math.floor(now / this.tickMs);
    const slots = this.#dueSlots(due);
    // Before the callbacks: what they add must stand in a slot that is still to come.
    this.#expired = due;
    for (const slot of slots) {
      const head = this.#slots.get(slot);
      if (!head) continue;
      this.#slots.delete(slot);
      for (let entry = head.deadlineNext; entry && entry !== head; entry = head.deadlineNext) {
        this.remove(entry as Entry);
        onExpired(entry as Entry);
      }
    }
  }

  /** Slots up to `due` in order: one or two steps from the last visit, or, after a long sleep, those that there are. */
  #dueSlots(due: number): number[] {
    const from = this.#expired;
    if (from !== undefined && due - from <= this.#slots.size) {
      return Array.from({ length: Math.max(0, due - from) }, (_, step) => from + 1 + step);
    }
    return [...this.#slots.keys()].filter((slot) => slot <= due).sort((a, b) => a - b);
  }

  #open(slot: number): DeadlineEntry {
    if (this.#slots.size > this.#size + MAX_EMPTY_SLOTS) this.#dropEmpty();
    const head = noDeadline();
    head.deadlineSlot = slot;
    head.deadlineNext = head.deadlinePrevious = head;
    this.#slots.set(slot, head);
    return head;
  }

  #dropEmpty(): void {
    for (const [slot, head] of this.#slots) if (head.deadlineNext === head) this.#slots.delete(slot);
  }
}

/**
 * The fields of a new {@link DeadlineEntry}, standing in no wheel. Where there are many, assign them in a constructor: V8
 * keeps objects made by spreading them as dictionaries, and linking those is fifteen times slower.
 */
export function noDeadline(): DeadlineEntry {
  return { deadlineSlot: -1, deadlineNext: undefined, deadlinePrevious: undefined };
}
