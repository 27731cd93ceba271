import type { RequestId } from '@pixl-ipc/protocol';

const COUNTER = /^(?:0|[1-9]\d{0,15})$/;

/** Ids of calls: a prefix and a counter, never reused. */
export class CallIds {
  readonly #prefix: string;
  #next = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  next(): string {
    return this.#prefix + String(this.#next++);
  }

  /**
   * Whether a call had that id at some time. Tells a late reply from a stray one, and remembers nothing
   * but a number for it.
   */
  wasGiven(id: RequestId): boolean {
    if (typeof id !== 'string' || !id.startsWith(this.#prefix)) return false;
    const counter = id.slice(this.#prefix.length);
    return COUNTER.test(counter) && Number(counter) < this.#next;
  }
}
