import type { Transport } from '@pixl-ipc/protocol';
import { duplexPair, type Duplex } from 'node:stream';
import type { Answer, SeenRequest } from './scripted-server';

/** A request that a memory server was sent on one of its lines. */
export interface ReceivedRequest extends SeenRequest {
  readonly line: Line;
}

/** One connection to a memory server. */
export interface Line {
  readonly client: Duplex;
  readonly server: Duplex;
}

/** A server within the process, in a test's hands: it takes requests in, and does nothing by itself. */
export class MemoryServer {
  /** Whether new connections come to be. */
  up = true;
  readonly lines: Line[] = [];
  /** Requests that were not answered to the end, in the order of their coming. */
  readonly open: ReceivedRequest[] = [];
  readonly #onRequest: (request: ReceivedRequest) => void;

  constructor(onRequest: (request: ReceivedRequest) => void) {
    this.#onRequest = onRequest;
  }

  get transport(): Transport {
    return { describe: 'a server in memory', connect: () => this.#connect() };
  }

  /** Lines that have not ended. */
  get openLines(): Line[] {
    return this.lines.filter(({ client }) => !client.destroyed);
  }

  /** Answers, and where that is the last answer has done with the request. */
  answer(request: ReceivedRequest, answer: Answer): void {
    if (!answer.continues) this.open.splice(this.open.indexOf(request), 1);
    this.say(request.line, { v: 2, ipcReqID: request.ipcReqID, ...answer });
  }

  say({ client, server }: Line, message: object): void {
    if (!client.destroyed) server.write(`${JSON.stringify(message)}\n`);
  }

  goAway(line: Line): void {
    this.say(line, { ipcReqID: null, code: 'unavailable', goaway: true, message: 'stopping' });
  }

  /** The line ends as by a FIN, or as by an RST. */
  end(line: Line, { how }: { readonly how: 'FIN' | 'RST' }): void {
    if (line.client.destroyed) return;
    if (how === 'FIN') line.server.end();
    else line.client.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    const gone = this.open.filter((request) => request.line === line);
    for (const request of gone) this.open.splice(this.open.indexOf(request), 1);
  }

  #connect(): Duplex {
    if (!this.up) throw Object.assign(new Error('down'), { code: 'ENOENT' });
    const [client, server] = duplexPair();
    const line = { client, server };
    this.lines.push(line);
    let text = '';
    server.setEncoding('utf8').on('data', (chunk: string) => {
      const frames = (text + chunk).split('\n');
      text = frames.pop() ?? '';
      for (const frame of frames) this.#receive({ ...(JSON.parse(frame) as SeenRequest), line });
    });
    return client;
  }

  #receive(request: ReceivedRequest): void {
    if (!request.oneway) this.open.push(request);
    this.#onRequest(request);
  }
}
