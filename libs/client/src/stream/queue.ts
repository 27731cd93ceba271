/**
 * First in, first out, each in constant time on average, however many there are: an array's own `shift` moves all that
 * are behind. What has left is not held.
 */
export class Queue<Item> {
  /** The latest last. */
  #arrived: Item[] = [];
  /** Those that came before, the earliest last. */
  #leaving: Item[] = [];

  get size(): number {
    return this.#arrived.length + this.#leaving.length;
  }

  add(item: Item): void {
    this.#arrived.push(item);
  }

  /** The earliest, which is gone from here then; undefined where there is none. */
  take(): Item | undefined {
    if (this.#leaving.length === 0) {
      const empty = this.#leaving;
      this.#leaving = this.#arrived.reverse();
      this.#arrived = empty;
    }
    return this.#leaving.pop();
  }

  clear(): void {
    this.#arrived = [];
    this.#leaving = [];
  }
}
