import { isAscii, isUtf8 } from 'node:buffer';
import { BlockList } from './block-list';
import { BlockPool } from './block-pool';

const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
/** From here on to find that all is ASCII, and to decode it as Latin-1 then, beats V8's UTF-8 decoder. */
const ASCII_PROBE_BYTES = 2_048;
/** How much of a refused frame is kept, to find whose request it was. */
const HEAD_BYTES = 1_024;
/** What makes a line more than blank: anything but JSON's own white space. `trim` would let a lone BOM vanish unanswered. */
const INK = /[^ \t\r]/;

/** A frame that could not be taken. The decoder itself goes on with the next line. */
export interface FrameFault {
  readonly code: 'parse_error' | 'message_too_large';
  readonly message: string;
  /** The first bytes of the frame as Latin-1 text, to recognise the request by. */
  readonly head: string;
}

/**
 * Bytes in, frames out: splits a stream of JSON lines whatever way it is cut.
 *
 * Use: {@link push} a chunk, call {@link next} until it returns undefined, or stop early and {@link retain}.
 * A pushed chunk is borrowed (it may be a buffer that the next read overwrites) and copied only where a frame is not
 * complete. Holds at most `maxFrameBytes` of an unfinished frame; the rest of a frame over the limit is skipped.
 *
 * @see docs/protocol.md#frames
 */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  readonly #limitName: string;
  /** The unfinished frame. */
  readonly #partial: BlockList;
  #chunk: Buffer | undefined;
  /** Whether the chunk is known to hold nothing but ASCII. */
  #isAscii = false;
  #position = 0;
  #skipping = false;
  #frameBytes = 0;

  /**
   * @param options.limitName What a message tells the reader to raise, e.g. `max_frame_bytes`.
   * @param options.blocks Memory for unfinished frames, shared by decoders that live side by side.
   */
  constructor({
    maxFrameBytes,
    limitName = 'max_frame_bytes',
    blocks = new BlockPool({ maxFreeBlocks: 64 }),
  }: {
    maxFrameBytes: number;
    limitName?: string;
    blocks?: BlockPool | undefined;
  }) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#limitName = limitName;
    this.#partial = new BlockList(blocks);
  }

  /** Bytes of the frame that {@link next} returned last, its newline not counted. */
  get frameBytes(): number {
    return this.#frameBytes;
  }

  /** Bytes held: an unfinished frame and what was pushed but not yet taken. */
  get heldBytes(): number {
    return this.#partial.bytes + (this.#chunk ? this.#chunk.length - this.#position : 0);
  }

  /** Whether a frame has begun and not ended. */
  get midFrame(): boolean {
    return this.#partial.bytes > 0 || this.#skipping;
  }

  /** Whether pushed bytes wait for {@link next}. */
  get unread(): boolean {
    return this.#chunk !== undefined;
  }

  /** Hands over bytes. Everything pushed before must have been taken or retained; retained bytes come first. */
  push(chunk: Buffer): void {
    if (this.#chunk) {
      this.#chunk = Buffer.concat([this.#chunk.subarray(this.#position), chunk]);
    } else {
      this.#chunk = chunk;
    }
    this.#isAscii = this.#chunk.length >= ASCII_PROBE_BYTES && isAscii(this.#chunk);
    this.#position = 0;
  }

  /** Copies what is still unread out of the borrowed chunk, whose owner may reuse it now. */
  retain(): void {
    if (!this.#chunk) return;
    this.#chunk = Buffer.from(this.#chunk.subarray(this.#position));
    this.#position = 0;
  }

  /** The next frame's text, a fault in its place, or undefined when no whole frame is left. Blank lines are passed over. */
  next(): string | FrameFault | undefined {
    for (;;) {
      const chunk = this.#chunk;
      if (!chunk) return undefined;
      const start = this.#position;
      const newline = chunk.indexOf(NEWLINE, start);
      const end = newline === -1 ? chunk.length : newline;
      const bytes = this.#partial.bytes + end - start;
      const tooLarge = !this.#skipping && bytes > this.#maxFrameBytes;

      if (newline === -1) {
        this.#chunk = undefined;
        if (this.#skipping) return undefined;
        if (tooLarge) return this.#refuse(chunk, start, end, bytes);
        this.#partial.append(chunk, start, end);
        return undefined;
      }
      this.#position = newline + 1;
      if (this.#position === chunk.length) this.#chunk = undefined;
      if (this.#skipping) {
        this.#skipping = false;
        continue;
      }
      if (tooLarge) {
        const fault = this.#refuse(chunk, start, end, bytes);
        this.#skipping = false;
        return fault;
      }
      const frame = this.#take(chunk, start, end, bytes);
      if (frame !== '') return frame;
    }
  }

  /** The peer has finished: an unfinished last line counts as a frame. Call after {@link next} returned undefined. */
  end(): string | FrameFault | undefined {
    if (this.#partial.bytes === 0) return undefined;
    const frame = this.#takePartial();
    return frame === '' ? undefined : frame;
  }

  /** Forgets everything that was pushed and not taken. */
  drop(): void {
    this.#chunk = undefined;
    this.#skipping = false;
    this.#partial.clear();
  }

  #refuse(chunk: Buffer, start: number, end: number, bytes: number): FrameFault {
    const kept = this.#partial.head(HEAD_BYTES).toString('latin1');
    const head = kept + chunk.toString('latin1', start, Math.min(end, start + HEAD_BYTES - kept.length));
    this.#partial.clear();
    this.#skipping = true;
    return {
      code: 'message_too_large',
      message: `frame is over ${this.#maxFrameBytes} bytes (${bytes} read so far); raise ${this.#limitName}`,
      head,
    };
  }

  #take(chunk: Buffer, start: number, end: number, bytes: number): string | FrameFault {
    this.#frameBytes = bytes;
    if (this.#partial.bytes === 0) return decode(chunk, start, end, this.#isAscii);
    this.#partial.append(chunk, start, end);
    return this.#takePartial();
  }

  #takePartial(): string | FrameFault {
    this.#frameBytes = this.#partial.bytes;
    const bytes = this.#partial.joined();
    const frame = decode(bytes, 0, this.#frameBytes, this.#frameBytes >= ASCII_PROBE_BYTES && isAscii(bytes));
    this.#partial.clear();
    return frame;
  }
}

/** The text of a line, '' for a blank one, or a fault where it is not well-formed UTF-8. */
function decode(bytes: Buffer, start: number, end: number, knownAscii: boolean): string | FrameFault {
  const length = end - start;
  if (length === 0) return '';
  const text = bytes.toString(knownAscii ? 'latin1' : 'utf8', start, end);
  if (!knownAscii && text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end))) {
    return {
      code: 'parse_error',
      message: `a line of ${length} bytes is not well-formed UTF-8`,
      head: bytes.toString('latin1', start, Math.min(end, start + HEAD_BYTES)),
    };
  }
  return bytes[start] === OPEN_BRACE || INK.test(text) ? text : '';
}
