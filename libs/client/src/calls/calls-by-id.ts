import type { Call } from './call';

/**
 * The calls of one connection, by the id that their replies come under. One stands by itself: who makes one call after the
 * other pays for no map, which would be built anew every few calls.
 */
export class CallsById {
  #single: Call | undefined;
  readonly #more = new Map<string, Call>();

  get size(): number {
    return this.#more.size + (this.#single ? 1 : 0);
  }

  /** The call of that id, if there is one. */
  get(id: string): Call | undefined {
    return this.#single?.id === id ? this.#single : this.#more.get(id);
  }

  /** Adds a call under its `id`, which no other call has. */
  add(call: Call): void {
    if (this.#single) this.#more.set(call.id, call);
    else this.#single = call;
  }

  /** Harmless where it does not stand here. */
  delete(call: Call): void {
    if (this.#single === call) this.#single = undefined;
    else this.#more.delete(call.id);
  }

  /** All of them, as they stand now, in the order in which they were sent. */
  all(): Call[] {
    const calls = [...this.#more.values()];
    return this.#single ? [this.#single, ...calls].sort((a, b) => a.frame - b.frame) : calls;
  }
}
