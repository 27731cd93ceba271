import { BlockList, BlockPool, FrameBatch, TEXT_CHARS, writeBlocks } from '@pixl-ipc/protocol';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** From here on the bytes of a frame are counted; below, its characters are: counting would double what a small one costs. */
const COUNTED_CHARS = 1_024;

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
  /** Whether the socket holds what the kernel has not taken; while it does not, nobody need ask it. */
  #backlogged = false;
  #scheduled = false;
  #closed = false;

  constructor(socket: Duplex, { pool, ...events }: OutboxEvents & { readonly pool: BlockPool }) {
    this.#socket = socket;
    // A socket is done with bytes when it says so; another stream may have passed them on as they are.
    this.#pool = socket instanceof Socket ? pool : new BlockPool({ maxFreeBlocks: 0 });
    this.#events = events;
    this.#waiting = new BlockList(this.#pool);
  }

  /** Bytes accepted here and not yet taken by the kernel. */
  get pendingBytes(): number {
    const unsent = this.#backlogged ? this.#socket.writableLength + this.#waiting.bytes : 0;
    return this.#batch.length + unsent;
  }

  /**
   * Queues a frame. Frames leave in the order they were added, at the latest when this turn's work is done.
   *
   * @returns How long it is in bytes; of one of less than a thousand characters, how long in characters.
   */
  add(frame: string): number {
    if (this.#closed) return 0;
    if (frame.length > TEXT_CHARS) {
      this.flush();
      return this.#writeBytes(frame);
    }
    if (this.#batch.add(frame)) {
      this.flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      process.nextTick(this.#onTick);
    }
    return frame.length < COUNTED_CHARS ? frame.length : Buffer.byteLength(frame);
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
    if (this.#backlogged || text.length > TEXT_CHARS) {
      this.#writeBytes(text);
      return;
    }
    // Without a callback, for which Node would need a tick of its own: mostly the kernel has all of it by now.
    this.#socket.write(text);
    if (this.#socket.writableLength === 0) return;
    this.#expectDrain(this.#onWritten);
    this.#events.onBackpressure();
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

  /** Returns how many bytes the text has. */
  #writeBytes(text: string): number {
    const before = this.#waiting.bytes;
    this.#waiting.appendText(text);
    const bytes = this.#waiting.bytes - before;
    if (this.#backlogged) this.#events.onChange();
    else if (!this.#handOver()) this.#events.onBackpressure();
    return bytes;
  }

  /** Gives the socket what waits. Returns whether the kernel has all of it. */
  #handOver(): boolean {
    if (this.#waiting.bytes === 0) return true;
    const lent = this.#waiting;
    writeBlocks(this.#socket, lent);
    if (this.#socket.writableLength === 0) {
      lent.clear();
      return true;
    }
    this.#waiting = new BlockList(this.#pool);
    this.#lent.add(lent);
    this.#expectDrain(() => {
      this.#takeBack(lent);
      this.#onWritten();
    });
    return false;
  }

  /** The kernel has not taken all of what was written last; `onWritten` runs when it has. */
  #expectDrain(onWritten: () => void): void {
    this.#backlogged = true;
    this.#socket.write('', onWritten);
    this.#events.onChange();
  }

  /** Harmless a second time: it is empty then. */
  #takeBack(lent: BlockList): void {
    lent.clear();
    this.#lent.delete(lent);
  }

  readonly #onTick = (): void => this.release();

  readonly #onWritten = (): void => {
    this.#backlogged = this.#socket.writableLength > 0;
    if (!this.#closed && !this.#backlogged) this.#handOver();
    this.#events.onChange();
  };
}
