import { FrameBatch } from '@pixl-ipc/protocol';
import type { Socket } from 'node:net';

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
    // Behind a backlog the text would wait on the JavaScript heap, and count in characters: as bytes it does neither.
    const taken = backlogged
      ? this.#socket.write(Buffer.from(text, 'utf8'), this.#onWritten)
      : this.#socket.write(text, 'utf8', this.#onWritten);
    if (!taken && !backlogged) this.#events.onBackpressure();
    if (this.#socket.writableLength > 0) this.#events.onChange();
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
