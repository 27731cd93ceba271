import { AsyncResource } from 'node:async_hooks';
import type { Call } from './call';

/** What an item must be to be sent: returns it, or a promise of it, as it goes out; throws where it may not. */
export type ItemCheck = (item: unknown) => unknown;

/**
 * What a streaming handler yields, on its way out. An item is asked for when it may be sent, not earlier: within the
 * caller's credit, and while the caller reads. So what waits unsent is bounded whatever the handler could produce.
 *
 * @see docs/protocol.md#streams
 */
export class CallStream extends AsyncResource {
  /** Resolves when there are no more items; rejects when something fails or the call ends before. */
  readonly finished: Promise<void>;
  readonly #call: Call;
  readonly #check: ItemCheck | undefined;
  #iterator: AsyncIterator<unknown> | undefined;
  #open = true;
  #wake: (() => void) | undefined;
  #reject: ((reason: Error) => void) | undefined;

  constructor(call: Call, items: AsyncIterable<unknown>, check: ItemCheck | undefined) {
    super('PixlIpcCallStream');
    this.#call = call;
    this.#check = check;
    this.finished = new Promise((resolve, reject) => {
      this.#reject = reject;
      this.#run(items).then(resolve, reject);
    });
  }

  /** What an open stream waits for, where it is not the handler. */
  get holdUp(): string | undefined {
    if (this.#call.credit <= 0) return 'its caller grants no more credit';
    return this.#call.connection.keepsUp ? undefined : 'its caller does not read';
  }

  /** There is credit or room: looks again whether an item may be sent. */
  wake(): void {
    this.#wake?.();
  }

  /** Nobody wants more items: runs what the handler has to clean up. Harmless where it has ended. */
  stop(reason: Error): void {
    this.#reject?.(reason);
    if (!this.#open) return;
    this.#open = false;
    this.#call.connection.stalled?.delete(this);
    this.wake();
    // Where the handler was called, so that what it knows of the call there it knows here.
    void this.runInAsyncScope(this.#return, this);
  }

  async #run(items: AsyncIterable<unknown>): Promise<void> {
    const iterator = items[Symbol.asyncIterator]();
    assertObject(iterator, '[Symbol.asyncIterator]()');
    this.#iterator = iterator;
    for (let seq = 0; ; seq++) {
      while (this.#mustWait()) await this.#change();
      if (!this.#open) return;
      const next = await this.#next(iterator);
      if (next.done) {
        this.#open = false;
        return;
      }
      const item: unknown = this.#check ? await this.#check(next.value) : next.value;
      // Others may have sent meanwhile, and of those that are woken together the first may fill the room.
      while (this.#mustWait()) await this.#change();
      // The call may have ended while its handler made the item, which is no second answer.
      if (!this.#isOpen()) return;
      this.#call.sendItem(seq, item);
      if ((seq + 1) % this.#call.itemsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** A method, because what was awaited may have changed what the compiler thinks it knows. */
  #isOpen(): boolean {
    return this.#open;
  }

  #mustWait(): boolean {
    return this.#open && !(this.#call.credit > 0 && this.#call.connection.keepsUp);
  }

  /** Resolves when there may be credit or room, or the stream has ended. */
  #change(): Promise<void> {
    const { connection } = this.#call;
    if (!connection.keepsUp) (connection.stalled ??= new Set()).add(this);
    return new Promise((resolve) => (this.#wake = resolve));
  }

  async #next(iterator: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
    try {
      const next: unknown = await iterator.next();
      assertObject(next, 'next()');
      return next as IteratorResult<unknown>;
    } catch (error) {
      // It has ended by itself: there is nothing to clean up.
      this.#open = false;
      throw error;
    }
  }

  async #return(): Promise<void> {
    try {
      await this.#iterator?.return?.();
    } catch (error) {
      this.#call.failLate(error);
    }
  }
}

/** As `for await` has it: what is none would else look like an end in good order. */
function assertObject(value: unknown, of: string): void {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') return;
  throw new TypeError(
    `${of} of what the handler streams gave ${value === null ? 'null' : typeof value}, which is no object`,
  );
}
