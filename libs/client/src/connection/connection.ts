import { FrameBatch, FrameDecoder, type FrameFault } from '@pixl-ipc/protocol';
import { readSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/**
 * What every connection of the process reads into. One is enough: a read is decoded, and copied where its last frame is
 * not complete, before the next one begins.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Frames of one connection after which the rest of the process has its turn. Node reads up to 32 full buffers in a row:
 * a server that chatters would hold up every deadline meanwhile.
 */
const FRAMES_PER_TURN = 1_000;
/** How much is read after a server that has gone: more than a kernel holds, so that one that only pretends ends too. */
const MAX_REST_READS = 64;

/** What a connection tells its owner. None may throw. */
export interface ConnectionEvents {
  readonly onOpen: () => void;
  readonly onFrame: (text: string) => void;
  /** A frame that could not be taken; the connection goes on. */
  readonly onFault: (fault: FrameFault) => void;
  /**
   * It is over, once, and not by {@link Connection.close}: never opened, reset, or closed by the server, which has no
   * cause. `rest` is a last line without its end.
   */
  readonly onGone: (cause: NodeJS.ErrnoException | undefined, rest: string | undefined) => void;
}

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly socketPath: string;
  readonly maxFrameBytes: number;
}

/** One socket ⇄ frames, from the attempt to connect to its end. Frames sent in one turn leave in one write. */
export class Connection {
  readonly #events: ConnectionEvents;
  readonly #socket: Socket;
  readonly #decoder: FrameDecoder;
  readonly #batch = new FrameBatch();
  #state: 'connecting' | 'open' | 'over' = 'connecting';
  #flushScheduled = false;
  #sentFrames = 0;
  #writtenFrames = 0;
  #framesThisTurn = 0;

  constructor({ socketPath, maxFrameBytes }: ConnectionOptions, events: ConnectionEvents) {
    this.#events = events;
    this.#decoder = new FrameDecoder({ maxFrameBytes, limitName: 'maxFrameBytes' });
    this.#socket = connect({ path: socketPath, onread: { buffer: READ_BUFFER, callback: this.#onRead } });
    this.#socket.on('connect', () => this.#onConnect());
    this.#socket.on('end', () => this.#onGone(undefined));
    // Stays for good: a closed socket may still report that its last write failed.
    this.#socket.on('error', (error) => this.#onGone(error));
    this.#socket.on('close', () => this.#onGone(undefined));
  }

  /** Bytes, roughly, that the kernel has not taken. */
  get bufferedBytes(): number {
    return this.#batch.length + this.#socket.writableLength;
  }

  /** Queues a frame, its newline included, on an open connection. Returns its number, for {@link mayHaveLeft}. */
  send(frame: string): number {
    if (this.#batch.add(frame)) {
      this.#writtenFrames = this.#sentFrames + 1;
      this.#write();
    } else if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      process.nextTick(this.#flush);
    }
    return this.#sentFrames++;
  }

  /** Whether the frame of that number may have reached the server; false: it certainly has not. */
  mayHaveLeft(frame: number): boolean {
    return frame < this.#writtenFrames;
  }

  /** Sends what is queued, then ends. Nothing is read any more. `onEnded` runs when the socket is gone. */
  close(onEnded: () => void): void {
    this.#flush();
    this.#state = 'over';
    if (this.#socket.closed) onEnded();
    else this.#socket.once('close', onEnded);
    if (this.#socket.connecting) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  /** Ends at once. */
  destroy(): void {
    this.#state = 'over';
    this.#socket.destroy();
  }

  /** Returns whether to read on in this turn. */
  readonly #onRead = (bytes: number): boolean => {
    if (this.#state !== 'open') return true;
    this.#decoder.push(READ_BUFFER.subarray(0, bytes));
    this.#takeFrames();
    // A buffer that is not full is the last one of the turn.
    if (bytes < READ_BUFFER.length) this.#framesThisTurn = 0;
    if (this.#framesThisTurn < FRAMES_PER_TURN) return true;
    setImmediate(this.#readOn);
    return false;
  };

  readonly #readOn = (): void => {
    this.#framesThisTurn = 0;
    if (this.#isOpen()) this.#socket.resume();
  };

  /** Whoever owns the frames may close us in between: the rest of the chunk is nobody's then. */
  #takeFrames(): void {
    while (this.#isOpen()) {
      const frame = this.#decoder.next();
      if (frame === undefined) return;
      this.#framesThisTurn++;
      if (typeof frame === 'string') this.#events.onFrame(frame);
      else this.#events.onFault(frame);
    }
  }

  #onConnect(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#events.onOpen();
  }

  #onGone(cause: NodeJS.ErrnoException | undefined): void {
    if (this.#state === 'over') return;
    const rest = this.#decoder.end();
    this.destroy();
    this.#events.onGone(cause, typeof rest === 'string' ? rest : undefined);
  }

  /** A method, because a callback in between may have changed what the compiler thinks it knows. */
  #isOpen(): boolean {
    return this.#state === 'open';
  }

  readonly #flush = (): void => {
    this.#flushScheduled = false;
    if (this.#state !== 'open' || this.#batch.length === 0) return;
    this.#writtenFrames = this.#sentFrames;
    this.#write();
  };

  #write(): void {
    this.#socket.write(this.#batch.take(), 'utf8', this.#onWritten);
  }

  readonly #onWritten = (error: Error | null | undefined): void => {
    if (error) this.#readRest();
  };

  /**
   * The server has gone while we wrote. What it said before is in the kernel, and Node, which is about to close the
   * socket for the write's error, would throw those replies away.
   */
  #readRest(): void {
    const { fd = -1 } = (this.#socket as unknown as { _handle: { fd?: number } | null })._handle ?? {};
    for (let reads = 0; reads < MAX_REST_READS && this.#isOpen(); reads++) {
      const bytes = readWaiting(fd);
      if (bytes === 0) return;
      this.#decoder.push(READ_BUFFER.subarray(0, bytes));
      this.#takeFrames();
    }
  }
}

/** Reads what waits at a descriptor into the buffer. Returns how many bytes: 0 where there are none. */
function readWaiting(fd: number): number {
  try {
    return readSync(fd, READ_BUFFER);
  } catch {
    // It would have to wait, or was reset, or is closed here already.
    return 0;
  }
}
