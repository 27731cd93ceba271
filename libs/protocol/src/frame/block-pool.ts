/** A block is at most this much larger than what stands in it, which counts where thousands of peers have one each. */
const BLOCK_BYTES = 16 * 1024;
/** 16 MiB: the largest frame by default. */
const MAX_FREE_BLOCKS = 1_024;
/** From here on new memory costs little beside what is done with it, and holding it back would cost more. */
const MAX_SCRATCH_BYTES = 2 * 1024 * 1024;

/**
 * Memory for what is on its way, in blocks that pass from one frame to the next. Without it the memory of every large
 * frame waits for the garbage collector, which is in no hurry: under load that is as much again as is in use.
 */
export class BlockPool {
  readonly #free: Buffer[] = [];
  readonly #maxFreeBlocks: number;
  #scratch = Buffer.alloc(0);

  /** @param options.maxFreeBlocks How many blocks are kept for later. */
  constructor({ maxFreeBlocks = MAX_FREE_BLOCKS }: { maxFreeBlocks?: number } = {}) {
    this.#maxFreeBlocks = maxFreeBlocks;
  }

  /** A block whose bytes are anything. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
  }

  /** Takes back a block that nobody will touch again. One that is not of the pool is left to the garbage collector. */
  giveBack(block: Buffer): void {
    if (block.length === BLOCK_BYTES && this.#free.length < this.#maxFreeBlocks) this.#free.push(block);
  }

  /** At least `bytes` in one piece, for what is done before anybody asks again: the next one may be given the same. */
  scratch(bytes: number): Buffer {
    if (bytes > MAX_SCRATCH_BYTES) return Buffer.allocUnsafeSlow(bytes);
    if (bytes > this.#scratch.length) this.#scratch = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bytes)));
    return this.#scratch;
  }
}
