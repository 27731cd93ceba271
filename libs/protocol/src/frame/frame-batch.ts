/** Chars at which a batch is handed over early: larger ones make the peer wait in lock-step. */
const FLUSH_CHARS = 8_192;

/**
 * Frames of one turn gathered into one write: thousands of small frames cost one system call each otherwise.
 * Ends early at 8 K chars, so that the peer starts on the first frames while the last are still made.
 */
export class FrameBatch {
  #text = '';

  /** Chars waiting. */
  get length(): number {
    return this.#text.length;
  }

  /** Adds a frame, its newline included. Returns true when the batch should be written now. */
  add(frame: string): boolean {
    this.#text = this.#text === '' ? frame : this.#text + frame;
    return this.#text.length >= FLUSH_CHARS;
  }

  /** Empties the batch. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
