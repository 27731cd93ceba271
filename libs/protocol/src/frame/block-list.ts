import type { BlockPool } from './block-pool';

/** The first block where little is to be stored: most frames are small, and most connections have few at a time. */
const SMALL_BLOCK_BYTES = 4_096;
/** How much text is encoded at a time, for which no more scratch than for a small message is kept. */
const PIECE_CHARS = 64 * 1024;
/** UTF-8 has four bytes for what JavaScript has two characters for. */
const MAX_BYTES_PER_CHAR = 3;
const NO_BYTES = Buffer.alloc(0);
const encoder = new TextEncoder();

interface Block {
  readonly memory: Buffer;
  /** Bytes used. */
  end: number;
}

/** Bytes in blocks of a pool: grows without moving what it has, and gives everything back at once. */
export class BlockList {
  readonly #pool: BlockPool;
  #blocks: Block[] = [];
  #bytes = 0;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  /** Bytes stored. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Copies `source` from `start` to `end` in. */
  append(source: Buffer, start: number, end: number): void {
    for (let at = start; at < end;) {
      const block = this.#room(end - at);
      at += this.#wrote(block, source.copy(block.memory, block.end, at, end));
    }
  }

  /**
   * Stores `text` as UTF-8. It is encoded where there is room for whatever it holds, and then copied: V8 counts its bytes
   * first where there is not, which takes several times as long.
   */
  appendText(text: string): void {
    for (let at = 0; at < text.length;) {
      const piece = text.length <= PIECE_CHARS ? text : wholeCharacters(text, at, at + PIECE_CHARS);
      const scratch = this.#pool.scratch(piece.length * MAX_BYTES_PER_CHAR);
      this.append(scratch, 0, encoder.encodeInto(piece, scratch).written);
      at += piece.length;
    }
  }

  /** The bytes where they stand, in order; valid until {@link clear}. */
  pieces(): Buffer[] {
    return this.#blocks.map(({ memory, end }) => memory.subarray(0, end));
  }

  /** The bytes in one piece, copied only where they are not; valid until anything is done with a list of the same pool. */
  joined(): Buffer {
    if (this.#blocks.length <= 1) return this.head(this.#bytes);
    const joined = this.#pool.scratch(this.#bytes);
    let at = 0;
    for (const { memory, end } of this.#blocks) at += memory.copy(joined, at, 0, end);
    return joined.subarray(0, this.#bytes);
  }

  /** The first bytes, at most `maxBytes` and at most those of the first block. */
  head(maxBytes: number): Buffer {
    const first = this.#blocks[0];
    return first ? first.memory.subarray(0, Math.min(first.end, maxBytes)) : NO_BYTES;
  }

  /** Gives the memory back. Nobody may touch it any more. */
  clear(): void {
    for (const { memory } of this.#blocks) this.#pool.giveBack(memory);
    this.#blocks = [];
    this.#bytes = 0;
  }

  #room(wanted: number): Block {
    const last = this.#blocks.at(-1);
    if (last && last.end < last.memory.length) return last;
    const isSmall = !last && wanted <= SMALL_BLOCK_BYTES;
    return this.#addBlock(isSmall ? Buffer.allocUnsafeSlow(SMALL_BLOCK_BYTES) : this.#pool.take());
  }

  #addBlock(memory: Buffer): Block {
    const block = { memory, end: 0 };
    this.#blocks.push(block);
    return block;
  }

  #wrote(block: Block, bytes: number): number {
    block.end += bytes;
    this.#bytes += bytes;
    return bytes;
  }
}

/** The text between two indices, shorter by one character rather than with half a one at its end. */
function wholeCharacters(text: string, start: number, end: number): string {
  const isCut = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return text.slice(start, isCut ? end - 1 : end);
}
