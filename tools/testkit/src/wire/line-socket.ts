import type { Socket } from 'node:net';
import { wholeTurn } from '../turn';
import { LineSplitter } from './line-splitter';

/** How a connection closed: with the socket's error (ECONNRESET, EPIPE, …) or cleanly. */
export interface LineSocketClosed {
  readonly error: NodeJS.ErrnoException | undefined;
}

const WAIT_MS = 5_000;

/**
 * One end of a connection in a test's hands: writes exactly the bytes it is told to, keeps every line it receives, and
 * lets the test wait for what comes. Knows nothing of the protocol but the newline.
 */
export class LineSocket implements AsyncDisposable {
  readonly socket: Socket;
  /** Every whole line so far, in order, without newlines. */
  readonly lines: string[] = [];
  /** True when the peer has sent FIN: it will write no more. False if the connection closed without. Never rejects. */
  readonly ended: Promise<boolean>;
  /** Settles when both directions are over. Never rejects. */
  readonly closed: Promise<LineSocketClosed>;
  readonly #splitter = new LineSplitter();
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  #bytesReceived = 0;
  #over: string | undefined;

  /** @param socket Connected or connecting; whoever made it hands its bytes to {@link receive}. */
  constructor(socket: Socket) {
    this.socket = socket;
    let error: NodeJS.ErrnoException | undefined;
    socket.on('error', (reason) => (error = reason));
    this.ended = new Promise((resolve) => {
      socket.once('end', () => {
        this.#finish('the peer has ended');
        resolve(true);
      });
      socket.once('close', () => resolve(false));
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#finish(`the connection has closed (${error?.code ?? 'no error'})`);
        resolve({ error });
      });
    });
  }

  /** How many bytes have come in. */
  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  /** Everything received so far as text, newlines and an unfinished last line included. */
  get text(): string {
    return this.lines.map((line) => `${line}\n`).join('') + this.#splitter.rest;
  }

  /** Takes in bytes that the socket has read. */
  receive(bytes: Uint8Array): void {
    this.#bytesReceived += bytes.length;
    this.lines.push(...this.#splitter.push(bytes));
    this.#wake();
  }

  /** Writes as it is. Resolves true when the kernel has taken all of it, false if the connection ended first. */
  write(data: string | Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.socket.write(data, (error) => resolve(!error));
    });
  }

  /** Writes `data` in pieces of `pieceBytes`, each in a turn of its own. Resolves as {@link write}. */
  async writeInPieces(data: string | Uint8Array, pieceBytes: number): Promise<boolean> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (!(await this.write(bytes.subarray(at, at + pieceBytes)))) return false;
      await wholeTurn();
    }
    return true;
  }

  /** Writes `message` as one line of JSON. Resolves as {@link write}. */
  send(message: unknown): Promise<boolean> {
    return this.write(`${JSON.stringify(message)}\n`);
  }

  /**
   * The first line that no call of this method has returned yet.
   *
   * @throws Error if the connection ends without one, or after `timeoutMs`
   */
  async nextLine({ timeoutMs = WAIT_MS } = {}): Promise<string> {
    const count = ++this.#taken;
    const [line] = (await this.waitForLines(count, { timeoutMs })).slice(count - 1, count);
    if (line === undefined) throw new Error('waitForLines() returned too few lines');
    return line;
  }

  /** {@link nextLine}, parsed. The caller says what it expects; nothing is checked. */
  async nextMessage<Message = Record<string, unknown>>(options?: { readonly timeoutMs?: number }): Promise<Message> {
    return JSON.parse(await this.nextLine(options)) as Message;
  }

  /**
   * Waits until `count` lines have come in all, and returns every line so far.
   *
   * @throws Error if the connection ends before, or after `timeoutMs`
   */
  waitForLines(count: number, { timeoutMs = WAIT_MS } = {}): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        outcome();
      };
      const fail = (reason: string): void =>
        settle(() => reject(new Error(`${reason}: ${this.lines.length} of ${count} lines came`)));
      const check = (): void => {
        if (this.lines.length >= count) settle(() => resolve(this.lines));
        else if (this.#over !== undefined) fail(this.#over);
      };
      const timer = setTimeout(() => fail(`waited ${timeoutMs} ms`), timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }

  /** Sends FIN; what the peer still writes is received. */
  halfClose(): void {
    this.socket.end();
  }

  /** Stops reading: bytes stay in the kernel, the peer comes under backpressure. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /**
   * Closes at once. Where the kernel still holds bytes that were never read — {@link pause}, then let the peer write —
   * the peer gets ECONNRESET instead of an end: the RST of a UNIX socket.
   */
  destroy(): void {
    this.socket.destroy();
  }

  /** Closes at once and waits for it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
    await this.closed;
  }

  #finish(reason: string): void {
    this.#over = reason;
    this.#wake();
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check();
  }
}
