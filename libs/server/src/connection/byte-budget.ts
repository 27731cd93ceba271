/** Bytes held for all peers, against one limit. Holders report changes; the owner decides who gives way. */
export class ByteBudget {
  maxBytes: number;
  #bytes = 0;

  constructor({ maxBytes }: { maxBytes: number }) {
    this.maxBytes = maxBytes;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether half is used: from here on a connection is served only while its peer keeps up. */
  get strained(): boolean {
    return this.#bytes * 2 > this.maxBytes;
  }

  /** Whether `bytes` more would be too many. */
  isOver(bytes = 0): boolean {
    return this.#bytes + bytes > this.maxBytes;
  }

  /** Adds `delta` bytes, or gives them back where negative. */
  change(delta: number): void {
    this.#bytes += delta;
  }
}
