import type { Call } from './call';

/** Calls that wait for a connection, in the order of their coming. */
export class WaitingRoom {
  readonly #calls = new Set<Call>();
  #chars = 0;

  get size(): number {
    return this.#calls.size;
  }

  /** Characters of the data that waits with them. */
  get chars(): number {
    return this.#chars;
  }

  add(call: Call): void {
    this.#calls.add(call);
    this.#chars += call.dataText?.length ?? 0;
  }

  /** Whether the call was here. */
  delete(call: Call): boolean {
    if (!this.#calls.delete(call)) return false;
    this.#chars -= call.dataText?.length ?? 0;
    return true;
  }

  /** All of them, as they stand now. */
  all(): Call[] {
    return [...this.#calls];
  }

  /** All of them, which are gone from here then. */
  take(): Call[] {
    const calls = [...this.#calls];
    this.#calls.clear();
    this.#chars = 0;
    return calls;
  }
}
