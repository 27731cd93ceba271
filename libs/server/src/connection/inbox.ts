import { FrameDecoder, type BlockPool, type FrameFault } from '@pixl-ipc/protocol';
import type { Duplex } from 'node:stream';
import { READ_BUFFER_BYTES } from './socket-adoption';
import { TURN_MS, type TurnQueue, type Worker } from './turn-queue';

const NEWLINE = 0x0a;

/** What an inbox asks and tells its owner. */
export interface InboxEvents {
  /** Whether another frame may be taken now. */
  readonly mayRead: () => boolean;
  /** How many frames are taken before other connections have their turn. */
  readonly framesPerTurn: () => number;
  /** A frame, or why there is none in its place; its bytes are held here no more. */
  readonly onFrame: (frame: string | FrameFault, bytes: number) => void;
  /** All that may be taken for now is taken; how many bytes are held may have changed. */
  readonly onRead: () => void;
  /** A turn that had to wait has come and gone. */
  readonly onTurn: () => void;
}

/** What an inbox is made of. */
export interface InboxOptions extends InboxEvents {
  readonly maxFrameBytes: number;
  readonly blocks: BlockPool;
  readonly turns: TurnQueue;
  /** Whether received bytes are only lent, until {@link Inbox.receive} returns. */
  readonly shared: boolean;
}

/**
 * Bytes of one socket on their way to frames: a turn's share at a time, and no faster than its owner allows. What may not
 * be taken yet stays here and the socket is paused.
 */
export class Inbox implements Worker {
  readonly #socket: Duplex;
  readonly #options: InboxOptions;
  readonly #decoder: FrameDecoder;
  #framesThisTurn = 0;
  /** How many the last reading took. */
  #taken = 0;
  /** How many frames are a turn while others wait, by how long those of the last one took. */
  #share = 1;
  #turnScheduled = false;
  #paused = false;

  constructor(socket: Duplex, options: InboxOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#decoder = new FrameDecoder({ maxFrameBytes: options.maxFrameBytes, blocks: options.blocks });
  }

  /** Bytes held: an unfinished frame, and what was received and not taken. */
  get heldBytes(): number {
    return this.#decoder.heldBytes;
  }

  /** Whether a frame has begun and not ended. */
  get midFrame(): boolean {
    return this.#decoder.midFrame;
  }

  /** Whether received bytes wait to be taken. */
  get unread(): boolean {
    return this.#decoder.unread;
  }

  /** Takes bytes in that have come `now`, and as many frames out of them as may be. */
  receive(bytes: Buffer, now: number): void {
    // A full buffer means that the kernel may hold more: Node reads on within this turn of the event loop.
    const isFull = bytes.length === READ_BUFFER_BYTES;
    // What ends no frame is only put away.
    const mayWork = this.#options.turns.mayWork(this, now, isFull) || !(this.unread || bytes.includes(NEWLINE));
    if (isFull || !mayWork) this.#scheduleTurn();
    else if (!this.#turnScheduled) this.#framesThisTurn = 0;
    this.#decoder.push(bytes);
    if (mayWork) this.read();
    else this.#rest();
  }

  /** Takes what waits, as far as it may be taken. */
  read(): void {
    const { mayRead, framesPerTurn, onFrame, turns } = this.#options;
    this.#taken = 0;
    while (mayRead()) {
      const hasMore = this.#taken === 0 || turns.mayGoOn(this.#taken, this.#share);
      if (this.#framesThisTurn >= framesPerTurn() || !hasMore) {
        this.#scheduleTurn();
        break;
      }
      const frame = this.#decoder.next();
      if (frame === undefined) break;
      this.#taken++;
      this.#framesThisTurn++;
      onFrame(frame, this.#decoder.frameBytes);
    }
    this.#rest();
  }

  /** Reads on, soon, where reading had to stop and may go on. */
  readOn(): void {
    if (!this.#paused) return;
    if (!this.#decoder.unread) {
      if (this.#options.mayRead()) this.resume();
    } else if (this.#options.mayRead()) this.#scheduleTurn();
  }

  /** Lets the socket deliver bytes again, whoever takes them. */
  resume(): void {
    this.#paused = false;
    this.#socket.resume();
  }

  /** The peer has finished: a last line without its end. */
  end(): { readonly frame: string | FrameFault; readonly bytes: number } | undefined {
    const frame = this.#decoder.end();
    return frame === undefined ? undefined : { frame, bytes: this.#decoder.frameBytes };
  }

  /** Forgets everything that was received and not taken. */
  drop(): void {
    this.#decoder.drop();
  }

  takeTurn(): void {
    this.#turnScheduled = false;
    this.#framesThisTurn = 0;
    if (this.#decoder.unread) this.read();
    this.#options.onTurn();
  }

  tookTurn(ms: number): void {
    if (this.#taken > 0) this.#share = Math.max(1, Math.floor((this.#taken * TURN_MS) / ms));
  }

  /** No more is taken for now: what is left stays here. */
  #rest(): void {
    const { mayRead, onRead, shared } = this.#options;
    if (this.#decoder.unread) {
      if (shared) this.#decoder.retain();
      this.#pause();
    } else if (this.#paused && mayRead()) {
      this.resume();
    }
    onRead();
  }

  #scheduleTurn(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    this.#options.turns.wait(this);
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }
}
