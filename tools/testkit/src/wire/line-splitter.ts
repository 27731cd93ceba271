const NEWLINE = 0x0a;

/**
 * Bytes in, lines out, by the plainest means: the tests' own, so that no mistake of the decoder under test can hide
 * itself. Text is UTF-8, lines come without their newline.
 */
export class LineSplitter {
  #pieces: Buffer[] = [];

  /** Text after the last newline. */
  get rest(): string {
    return Buffer.concat(this.#pieces).toString();
  }

  /** Takes bytes in, copying what it keeps, and returns the lines that they complete. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    const chunk = Buffer.from(bytes);
    let start = 0;
    for (let newline = chunk.indexOf(NEWLINE); newline !== -1; newline = chunk.indexOf(NEWLINE, start)) {
      lines.push(Buffer.concat([...this.#pieces, chunk.subarray(start, newline)]).toString());
      this.#pieces = [];
      start = newline + 1;
    }
    if (start < chunk.length) this.#pieces.push(chunk.subarray(start));
    return lines;
  }
}
