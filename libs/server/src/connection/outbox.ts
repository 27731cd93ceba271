import { FrameBatch } from '@pixl-ipc/protocol';
import type { Socket } from 'node:net';

/** Longer text is not written from Node's stack but from memory set aside for it: three bytes a character as UTF-8. */
const STACK_CHARS = 16_384 / 3;

/** What an outbox tells its owner. */
export interface OutboxEvents {
  /** `pendingBytes` may have changed. */
  readonly onChange: () => void;
  /** The peer did not take a write at once. */
  readonly onBackpressure: () => void;
}

/**
 * Replies on their way to one socket: gathered over a turn into one write, and counted until the kernel has them.
 * Decides nothing about slow readers; its owner does.
 */
export class Outbox {
  readonly #socket: Socket;
  readonly #events: OutboxEvents;
  readonly #batch = new FrameBatch();
  #scheduled = false;
  #closed = false;

  constructor(socket: Socket, events: OutboxEvents) {
    this.#socket = socket;
    this.#events = events;
  }

  /** Bytes accepted here and not yet taken by the kernel. */
  get pendingBytes(): number {
    return this.#batch.length + this.#socket.writableLength;
  }

  /** Queues a frame. Frames leave in the order they were added, at the latest when this turn's work is done. */
  add(frame: string): void {
    if (this.#closed) return;
    if (this.#batch.add(frame)) {
      this.flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      process.nextTick(this.#flushScheduled);
    }
  }

  /** Writes what has gathered. */
  flush(): void {
    if (this.#batch.length === 0 || this.#closed) return;
    const text = this.#batch.take();
    const backlogged = this.#socket.writableLength > 0;
    const taken = this.#write(text, backlogged);
    if (!taken && !backlogged) this.#events.onBackpressure();
    if (this.#socket.writableLength > 0) this.#events.onChange();
  }

  /** Writes so that what waits for the peer takes as much memory as it counts for, and no more. */
  #write(text: string, backlogged: boolean): boolean {
    if (!backlogged && text.length <= STACK_CHARS) return this.#socket.write(text, 'utf8', this.#onWritten);
    // Text is faster than bytes where the kernel takes it at once; behind a backlog it would wait on the JavaScript heap.
    if (!backlogged && Buffer.byteLength(text) === text.length) {
      return this.#socket.write(text, 'latin1', this.#onWritten);
    }
    return this.#socket.write(Buffer.from(text, 'utf8'), this.#onWritten);
  }

  /** Writes what has gathered, then ends the socket's writing side. Nothing can be added any more. */
  end(): void {
    this.flush();
    this.#closed = true;
    this.#socket.end();
  }

  /** Drops what has gathered. */
  discard(): void {
    this.#batch.take();
    this.#closed = true;
  }

  readonly #flushScheduled = (): void => {
    this.#scheduled = false;
    this.flush();
  };

  readonly #onWritten = (): void => {
    this.#events.onChange();
  };
}
