import {
  BlockList,
  BlockPool,
  FrameBatch,
  FrameDecoder,
  TEXT_CHARS,
  writeBlocks,
  type FrameFault,
} from '@pixl-ipc/protocol';
import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Dialer } from '../transport/dialer';
import { READ_BUFFER } from '../transport/read-buffer';
import { descriptorOf } from '../transport/socket-descriptor';

/**
 * Frames of one connection after which the rest of the process has its turn. Node reads up to 32 full buffers in a row:
 * a server that chatters would hold up every deadline meanwhile.
 */
const FRAMES_PER_TURN = 1_000;
/** How much is read after a server that has gone: more than a kernel holds, so that one that only pretends ends too. */
const MAX_REST_READS = 64;
/** Blocks kept from one large frame to the next: 1 MiB. */
const MAX_FREE_BLOCKS = 64;

/** What a connection tells its owner. None may throw. */
export interface ConnectionEvents {
  readonly onOpen: () => void;
  readonly onFrame: (text: string) => void;
  /** A frame that could not be taken; the connection goes on. */
  readonly onFault: (fault: FrameFault) => void;
  /**
   * It is over, once, and not by {@link Connection.close}: never opened, refused, reset, or closed by the server, which
   * has no cause. `rest` is a last line without its end.
   */
  readonly onGone: (cause: Error | undefined, rest: string | undefined) => void;
}

/** One stream ⇄ frames, from the attempt to connect to its end. Frames sent in one turn leave in one write. */
export class Connection {
  readonly #dialer: Dialer;
  readonly #events: ConnectionEvents;
  readonly #stream: Duplex;
  readonly #decoder: FrameDecoder;
  readonly #blocks = new BlockPool({ maxFreeBlocks: MAX_FREE_BLOCKS });
  readonly #batch = new FrameBatch();
  #state: 'connecting' | 'open' | 'over' = 'connecting';
  /** Whether the stream holds what the kernel has not taken; while it does not, nobody need ask it. */
  #backlogged = false;
  #flushScheduled = false;
  #sentFrames = 0;
  #writtenFrames = 0;
  #framesThisTurn = 0;
  /** Who wants to know when what is in the batch has been written. */
  #whenWritten: (() => void)[] = [];

  constructor(dialer: Dialer, { maxFrameBytes }: { readonly maxFrameBytes: number }, events: ConnectionEvents) {
    this.#dialer = dialer;
    this.#events = events;
    this.#decoder = new FrameDecoder({ maxFrameBytes, limitName: 'maxFrameBytes', blocks: this.#blocks });
    this.#stream = dialer.dial(this.#onBytes);
    this.#stream.on('end', () => this.#onGone(undefined));
    // Stays for good: a closed socket may still report that its last write failed.
    this.#stream.on('error', (error) => this.#onGone(error));
    this.#stream.on('close', () => this.#onGone(undefined));
    if (isConnecting(this.#stream)) this.#stream.on('connect', () => this.#onConnect());
    else this.#beginOpen();
  }

  /** Bytes, roughly, that the kernel has not taken. */
  get bufferedBytes(): number {
    return this.#batch.length + (this.#backlogged ? this.#stream.writableLength : 0);
  }

  /**
   * Queues a frame, its newline included, on an open connection. Returns its number, for {@link mayHaveLeft}.
   *
   * @param onWritten Runs when the kernel has taken it; never, where the connection ends before.
   */
  send(frame: string, onWritten?: () => void): number {
    const number = this.#sentFrames++;
    if (onWritten) this.#whenWritten.push(onWritten);
    if (this.#batch.add(frame)) {
      this.#write();
    } else if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      process.nextTick(this.#flush);
    }
    return number;
  }

  /** Whether the frame of that number may have reached the server; false: it certainly has not. */
  mayHaveLeft(frame: number): boolean {
    return frame < this.#writtenFrames;
  }

  /** Sends what is queued, then ends. Nothing is read any more. `onEnded` runs when the stream is closed. */
  close(onEnded: () => void): void {
    this.#flush();
    this.#state = 'over';
    const stream = this.#stream;
    if (stream.closed) onEnded();
    else stream.once('close', onEnded);
    // With nothing left to send it goes in one piece: a server that sees only that we send no more must find out whether
    // somebody still reads, and what we had asked for would run on until then.
    if (isConnecting(stream) || (stream instanceof Socket && stream.writableLength === 0)) stream.destroy();
    else stream.end(() => stream.destroy());
  }

  /** Ends at once. */
  destroy(): void {
    this.#state = 'over';
    this.#stream.destroy();
  }

  /** Returns whether to read on in this turn. */
  readonly #onBytes = (bytes: Buffer): boolean => {
    if (this.#state !== 'open') return true;
    this.#decoder.push(bytes);
    // What replies give rise to at once leaves without a tick of its own: this turn is known to end.
    this.#flushScheduled = true;
    this.#takeFrames();
    this.#flush();
    // A buffer that is not full is the last one of the turn.
    if (bytes.length < READ_BUFFER.length) this.#framesThisTurn = 0;
    if (this.#framesThisTurn < FRAMES_PER_TURN) return true;
    setImmediate(this.#readOn);
    return false;
  };

  readonly #readOn = (): void => {
    this.#framesThisTurn = 0;
    if (this.#isOpen()) this.#stream.resume();
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

  /** A stream that is open from the start may have something to read before its owner knows it. */
  #beginOpen(): void {
    this.#stream.pause();
    process.nextTick(() => {
      this.#onConnect();
      if (this.#isOpen()) this.#stream.resume();
    });
  }

  #onConnect(): void {
    if (this.#state !== 'connecting') return;
    const refusal = this.#dialer.refusal(this.#stream);
    if (refusal) {
      this.#onGone(refusal);
      return;
    }
    this.#state = 'open';
    this.#events.onOpen();
  }

  #onGone(cause: Error | undefined): void {
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
    if (this.#state === 'open' && this.#batch.length > 0) this.#write();
  };

  #write(): void {
    const text = this.#batch.take();
    const stream = this.#stream;
    // Text that has to wait counts for its characters. A socket is done with bytes when it says so; another stream may
    // have passed them on as they are.
    const inBlocks = (text.length > TEXT_CHARS || this.#backlogged) && stream instanceof Socket;
    const blocks = inBlocks ? this.#blocksOf(text) : undefined;
    // Without a callback, for which Node would need a tick of its own: mostly the kernel has all of it by now.
    let isTaken = false;
    if (blocks) writeBlocks(stream, blocks);
    else isTaken = stream.write(text);
    const told = this.#whenWritten;
    if (told.length > 0) this.#whenWritten = [];
    if ((isTaken || stream.writable) && stream.writableLength === 0) {
      this.#writtenFrames = this.#sentFrames;
      blocks?.clear();
      if (told.length > 0) process.nextTick(() => told.forEach((tell) => tell()));
    } else if (stream.writable) {
      this.#writtenFrames = this.#sentFrames;
      this.#backlogged = true;
      stream.write('', (error) => {
        blocks?.clear();
        this.#onWritten(error);
        if (!error) for (const tell of told) tell();
      });
    } else {
      // Over, of which we are about to be told: nothing of it has left.
      this.#keepRest();
    }
  }

  #blocksOf(text: string): BlockList {
    const blocks = new BlockList(this.#blocks);
    blocks.appendText(text);
    return blocks;
  }

  #onWritten(error: Error | null | undefined): void {
    this.#backlogged = this.#stream.writableLength > 0;
    if (error) this.#keepRest();
  }

  /**
   * The server has gone while we wrote. What it said before is in the kernel, or in the stream, and Node, which is about
   * to close that for the write's error, would throw those replies away.
   */
  #keepRest(): void {
    const fd = descriptorOf(this.#stream);
    const rest: Buffer[] = [];
    while (rest.length < MAX_REST_READS) {
      const bytes = readWaiting(fd);
      if (bytes.length === 0) break;
      rest.push(bytes);
    }
    // Whoever writes may be in the middle of a call, or of frames that came before.
    process.nextTick(() => this.#takeRest(rest));
  }

  #takeRest(rest: readonly Buffer[]): void {
    // What the stream holds came first. It passes on as data what is read.
    while (this.#isOpen() && this.#stream.read() !== null);
    for (const bytes of rest) {
      if (!this.#isOpen()) return;
      this.#decoder.push(bytes);
      this.#takeFrames();
    }
  }
}

/** Sockets connect before they are open, other streams are open from the start. */
function isConnecting(stream: Duplex): boolean {
  return (stream as { connecting?: boolean }).connecting === true;
}

/** What waits at a descriptor, as much as one reading takes; nothing where there is none. */
function readWaiting(fd: number): Buffer {
  const bytes = Buffer.allocUnsafe(READ_BUFFER.length);
  try {
    return bytes.subarray(0, readSync(fd, bytes));
  } catch {
    // It would have to wait, or was reset, or is closed here already.
    return bytes.subarray(0, 0);
  }
}
