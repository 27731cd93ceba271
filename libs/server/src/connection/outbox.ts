import { BlockList, directEncoding, FrameBatch, writeBlocks, type BlockPool } from '@pixl-ipc/protocol';
import type { Duplex } from 'node:stream';

/** What an outbox tells its owner. */
export interface OutboxEvents {
  /** `pendingBytes` may have changed. */
  readonly onChange: () => void;
  /** The peer did not take a write at once. */
  readonly onBackpressure: () => void;
}

/**
 * Replies on their way to one socket: gathered over a turn into one write, and counted until the kernel has them. What
 * the peer does not take at once waits in blocks, which are free for others the instant it goes. Decides nothing about
 * slow readers; its owner does.
 */
export class Outbox {
  readonly #socket: Duplex;
  readonly #pool: BlockPool;
  readonly #events: OutboxEvents;
  readonly #batch = new FrameBatch();
  /** What the socket does not have yet. */
  #waiting: BlockList;
  /** What it has and may still send. */
  readonly #lent = new Set<BlockList>();
  #scheduled = false;
  #closed = false;

  constructor(socket: Duplex, { pool, ...events }: OutboxEvents & { readonly pool: BlockPool }) {
    this.#socket = socket;
    this.#pool = pool;
    this.#events = events;
    this.#waiting = new BlockList(pool);
  }

  /** Bytes accepted here and not yet taken by the kernel. */
  get pendingBytes(): number {
    return this.#batch.length + this.#socket.writableLength + this.#waiting.bytes;
  }

  /** Queues a frame. Frames leave in the order they were added, at the latest when this turn's work is done. */
  add(frame: string): void {
    if (this.#closed) return;
    if (this.#batch.add(frame)) {
      this.flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      process.nextTick(this.#onTick);
    }
  }

  /** Until {@link release}, frames gather without a tick of their own: their turn is known to end. */
  gather(): void {
    this.#scheduled = true;
  }

  /** The turn has ended: writes what has gathered. */
  release(): void {
    this.#scheduled = false;
    this.flush();
  }

  /** Writes what has gathered. */
  flush(): void {
    if (this.#batch.length === 0 || this.#closed) return;
    const text = this.#batch.take();
    const isBacklogged = this.#socket.writableLength + this.#waiting.bytes > 0;
    if (isBacklogged) this.#waiting.appendText(text);
    else if (!this.#writeText(text)) {
      this.#waiting.appendText(text);
      this.#handOver();
    }
    if (this.#socket.writableLength === 0) return;
    if (!isBacklogged) this.#events.onBackpressure();
    this.#events.onChange();
  }

  /** Writes what has gathered, then ends the socket's writing side. Nothing can be added any more. */
  end(): void {
    this.flush();
    this.#handOver();
    this.#closed = true;
    this.#socket.end();
  }

  /** Drops everything. The socket must have been destroyed. */
  discard(): void {
    this.#closed = true;
    this.#batch.take();
    this.#waiting.clear();
    for (const lent of this.#lent) this.#takeBack(lent);
  }

  /** Text is the fastest where the kernel takes it. False where it might wait and take more memory than it counts for. */
  #writeText(text: string): boolean {
    const encoding = directEncoding(text);
    if (encoding) this.#socket.write(text, encoding, this.#onWritten);
    return encoding !== undefined;
  }

  #handOver(): void {
    if (this.#waiting.bytes === 0) return;
    const lent = this.#waiting;
    this.#waiting = new BlockList(this.#pool);
    this.#lent.add(lent);
    writeBlocks(this.#socket, lent, () => {
      this.#takeBack(lent);
      this.#onWritten();
    });
    // The kernel has it all; who replies to many at once should not have to wait for the callback.
    if (this.#socket.writableLength === 0) this.#takeBack(lent);
  }

  /** Harmless a second time: it is empty then. */
  #takeBack(lent: BlockList): void {
    lent.clear();
    this.#lent.delete(lent);
  }

  readonly #onTick = (): void => this.release();

  readonly #onWritten = (): void => {
    if (!this.#closed && this.#socket.writableLength === 0) this.#handOver();
    this.#events.onChange();
  };
}
