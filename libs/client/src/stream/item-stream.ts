import { Queue } from './queue';

/** Where the items of a stream come from. */
export interface ItemSource {
  /** Asks for the first items. Once, when the first is wanted. */
  begin(): void;
  /** An item was handed out: there is room for another. */
  consumed(): void;
  /** Nobody wants more. Once at most, and never after the end. */
  cancel(): void;
}

interface Waiter<Item> {
  readonly resolve: (result: IteratorResult<Item, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/**
 * The items of a stream, for `for await`. Nothing is sent before the first is asked for. Leaving the loop, `return()`
 * and the end of `await using` cancel the handler. Items that came before an error are handed out before it.
 *
 * Ends with the error of the call: see {@link IpcClient.stream}.
 */
export class ItemStream<Item> implements AsyncIterableIterator<Item, undefined>, AsyncDisposable {
  readonly #source: ItemSource;
  /** Items that nobody has asked for yet; never more than were granted. */
  readonly #items = new Queue<Item>();
  /** Those who have asked for items that have not come yet. */
  readonly #waiters = new Queue<Waiter<Item>>();
  #state: 'new' | 'running' | 'over' = 'new';
  /** What is still to be thrown, once; in a box of its own, because an interceptor may throw anything, even undefined. */
  #failure: { readonly error: unknown } | undefined;

  constructor(source: ItemSource) {
    this.#source = source;
  }

  /** Items that have come and wait. */
  get buffered(): number {
    return this.#items.size;
  }

  /** The next item. May be called again before it has come. @throws what the call failed with, once */
  next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#state === 'new') {
      this.#state = 'running';
      this.#source.begin();
    }
    if (this.#items.size > 0) {
      const value = this.#items.take() as Item;
      this.#source.consumed();
      return Promise.resolve({ done: false, value });
    }
    if (this.#state === 'running') {
      return new Promise((resolve, reject) => this.#waiters.add({ resolve, reject }));
    }
    const failure = this.#failure;
    if (!failure) return Promise.resolve(DONE);
    this.#failure = undefined;
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an interceptor may throw anything
    return Promise.reject(failure.error);
  }

  /** Ends the stream; what has come and was not handed out is dropped. */
  return(): Promise<IteratorReturnResult<undefined>> {
    const wasRunning = this.#state === 'running';
    this.drop();
    this.end();
    if (wasRunning) this.#source.cancel();
    return Promise.resolve(DONE);
  }

  /** Ends the stream, and rejects with `error`. */
  async throw(error: unknown): Promise<IteratorReturnResult<undefined>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** An item has come. */
  push(item: Item): void {
    if (this.#state === 'over') return;
    const waiter = this.#waiters.take();
    if (!waiter) {
      this.#items.add(item);
      return;
    }
    this.#source.consumed();
    waiter.resolve({ done: false, value: item });
  }

  /** No more items come. Those that wait are handed out first. */
  end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    for (let waiter = this.#waiters.take(); waiter; waiter = this.#waiters.take()) waiter.resolve(DONE);
  }

  /** The same, because of `error`: whoever asks for the item after the last gets it. */
  fail(error: unknown): void {
    if (this.#state === 'over') return;
    const first = this.#waiters.take();
    if (first) first.reject(error);
    else this.#failure = { error };
    this.end();
  }

  /** The items that wait are not wanted any more. */
  drop(): void {
    this.#items.clear();
  }
}
