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

  /** Whether too many are held: somebody has to give way. */
  get isOver(): boolean {
    return this.#bytes > this.maxBytes;
  }

  /**
   * Whether `bytes` more may wait. The last quarter is kept for frames that are being read and replies on their way: who
   * asks too much is refused a request before a connection has to be closed.
   */
  hasRoomToWait(bytes: number): boolean {
    return (this.#bytes + bytes) * 4 <= this.maxBytes * 3;
  }

  /** Adds `delta` bytes, or gives them back where negative. */
  change(delta: number): void {
    this.#bytes += delta;
  }
}
