import type { BlockPool } from './block-pool';

/** The first block where little is to be stored: most frames are small, and most connections have few at a time. */
const SMALL_BLOCK_BYTES = 4_096;
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

  /** Stores `text` as UTF-8. */
  appendText(text: string): void {
    if (Buffer.byteLength(text) === text.length) this.#appendAscii(text);
    else this.#appendUtf8(text);
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

  #appendAscii(text: string): void {
    for (let at = 0; at < text.length;) {
      const block = this.#room(text.length - at);
      const piece = text.slice(at, at + block.memory.length - block.end);
      at += this.#wrote(block, block.memory.write(piece, block.end, 'latin1'));
    }
  }

  #appendUtf8(text: string): void {
    for (let at = 0; at < text.length;) {
      const block = this.#room(text.length - at);
      const { read, written } = encoder.encodeInto(text.slice(at), block.memory.subarray(block.end));
      this.#wrote(block, written);
      at += read;
      // The next character has more bytes than are left.
      if (at < text.length) this.#addBlock(this.#pool.take());
    }
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
