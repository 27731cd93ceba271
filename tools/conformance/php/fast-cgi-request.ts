import { connect, type Socket } from 'node:net';

const VERSION = 1;
const REQUEST_ID = 1;
const HEADER_BYTES = 8;
const MAX_CONTENT_BYTES = 65_535;
const RESPONDER = 1;
const Type = { begin: 1, end: 3, params: 4, stdin: 5, stdout: 6, stderr: 7 } as const;

/** One request to a FastCGI server, over a connection of its own. */
export class FastCgiRequest {
  /** Resolves when the script has printed something, or has ended. */
  readonly answering: Promise<void>;
  readonly #socket: Socket;
  readonly #ended: Promise<boolean>;
  #received = Buffer.alloc(0);
  #stdout = '';
  #stderr = '';

  /** @param script Absolute path of the PHP file. */
  constructor(socketPath: string, script: string, input: string) {
    const body = Buffer.from(input);
    this.#socket = connect(socketPath);
    this.#socket.on('error', () => undefined);
    let answers: () => void = () => undefined;
    this.answering = new Promise((resolve) => (answers = resolve));
    this.#ended = new Promise((resolve) => {
      this.#socket.on('data', (bytes) => {
        if (this.#take(bytes)) resolve(true);
        if (this.#stdout !== '') answers();
      });
      this.#socket.on('close', () => {
        resolve(false);
        answers();
      });
    });
    this.#socket.write(
      Buffer.concat([
        record(Type.begin, Buffer.from([0, RESPONDER, 0, 0, 0, 0, 0, 0])),
        record(
          Type.params,
          Buffer.concat([
            parameter('SCRIPT_FILENAME', script),
            parameter('REQUEST_METHOD', 'POST'),
            parameter('CONTENT_TYPE', 'application/json'),
            parameter('CONTENT_LENGTH', String(body.length)),
          ]),
        ),
        record(Type.params, Buffer.alloc(0)),
        ...pieces(body).map((piece) => record(Type.stdin, piece)),
        record(Type.stdin, Buffer.alloc(0)),
      ]),
    );
  }

  /**
   * Waits for the end of the script.
   *
   * @throws Error if its worker dies first
   */
  async result(): Promise<{ readonly body: string; readonly stderr: string }> {
    if (!(await this.#ended)) throw new Error(`the worker has died; the script said ${this.#stdout} ${this.#stderr}`);
    this.#socket.destroy();
    const [, body = ''] = /^[^]*?\r?\n\r?\n([^]*)$/.exec(this.#stdout) ?? [];
    return { body, stderr: this.#stderr };
  }

  /** Goes away, as a browser whose user does. */
  abort(): void {
    this.#socket.destroy();
  }

  /** Whether the request has ended. */
  #take(bytes: Buffer): boolean {
    this.#received = Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= HEADER_BYTES) {
      const [type, length, padding] = [this.#received[1], this.#received.readUInt16BE(4), this.#received[6] ?? 0];
      const end = HEADER_BYTES + length + padding;
      if (this.#received.length < end) return false;
      const content = this.#received.toString('utf8', HEADER_BYTES, HEADER_BYTES + length);
      this.#received = this.#received.subarray(end);
      if (type === Type.stdout) this.#stdout += content;
      if (type === Type.stderr) this.#stderr += content;
      if (type === Type.end) return true;
    }
    return false;
  }
}

function record(type: number, content: Buffer): Buffer {
  const header = Buffer.from([VERSION, type, 0, REQUEST_ID, 0, 0, 0, 0]);
  header.writeUInt16BE(content.length, 4);
  return Buffer.concat([header, content]);
}

function parameter(name: string, value: string): Buffer {
  const length = (text: string): Buffer => {
    const four = Buffer.alloc(4);
    four.writeUInt32BE((0x80000000 | Buffer.byteLength(text)) >>> 0);
    return four;
  };
  return Buffer.concat([length(name), length(value), Buffer.from(name + value)]);
}

function pieces(body: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < body.length; at += MAX_CONTENT_BYTES) found.push(body.subarray(at, at + MAX_CONTENT_BYTES));
  return found;
}
