import type { Call } from './call';

/**
 * The calls of one connection that have not settled. Control requests find them by the id that the caller chose; where it
 * chose one twice, they find the newest.
 */
export class OpenCalls {
  /** By id, or, where that is no name for one call alone, by the call itself. */
  readonly #calls = new Map<string | number | Call, Call>();

  add(call: Call): void {
    const name = nameOf(call);
    const older = this.#calls.get(name);
    if (older) this.#calls.set((older.openAs = older), older);
    this.#calls.set((call.openAs = name), call);
  }

  find(id: string | number): Call | undefined {
    return this.#calls.get(id);
  }

  /** Returns whether it stood here. */
  delete(call: Call): boolean {
    return call.openAs !== undefined && this.#calls.delete(call.openAs);
  }

  [Symbol.iterator](): Iterator<Call> {
    return this.#calls.values();
  }
}

/** A version 1 id names nothing: its caller has no way to speak of the call again. */
function nameOf(call: Call): string | number | Call {
  const { version, id } = call.request;
  return version === 1 ? call : (id ?? call);
}
