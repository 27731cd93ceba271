/** A logger of the original's shape that remembers what it is told. */
export class RecordingLog {
  readonly errors: (readonly [code: string, message: string])[] = [];
  readonly debugs: (readonly [level: number, message: string, data: unknown])[] = [];
  /** Everything, as text: to look for what must not be there. */
  text = '';

  error(code: string, message: string, data?: unknown): void {
    this.errors.push([code, message]);
    this.#write(code, message, data);
  }

  debug(level: number, message: string, data?: unknown): void {
    this.debugs.push([level, message, data]);
    this.#write(level, message, data);
  }

  #write(...line: unknown[]): void {
    this.text += `${line.map((part) => (part instanceof Error ? `${part.message} ${JSON.stringify(part)}` : JSON.stringify(part))).join(' ')}\n`;
  }
}
