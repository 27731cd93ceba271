import { FrameDecoder } from '@pixl-ipc/protocol';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A request as the server saw it. */
export interface SeenRequest {
  readonly v?: 2;
  readonly ipcReqID: string;
  readonly uri: string;
  readonly data: unknown;
  readonly timeout?: number;
  readonly credit?: number;
  readonly oneway?: boolean;
}

/** What a reply may say beside whose it is. */
export interface Answer {
  readonly data?: unknown;
  readonly code?: string;
  readonly message?: string;
  readonly details?: unknown;
  readonly retryAfter?: number;
  readonly goaway?: boolean;
  readonly seq?: number;
  readonly continues?: boolean;
}

/** One client of a scripted server. */
export class Peer {
  readonly requests: SeenRequest[] = [];
  readonly #decoder = new FrameDecoder({ maxFrameBytes: 64 * 1024 * 1024 });
  #onRequest: (() => void) | undefined;

  constructor(
    readonly socket: Socket,
    script: Script,
  ) {
    // What a client does to its socket is the test's business, not an error of the server.
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.#decoder.push(chunk);
      for (let frame = this.#decoder.next(); typeof frame === 'string'; frame = this.#decoder.next()) {
        const request = JSON.parse(frame) as SeenRequest;
        this.requests.push(request);
        script(request, this);
      }
      this.#onRequest?.();
    });
  }

  /** Resolves when `count` requests have come in all. */
  async received(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => (this.#onRequest = resolve));
  }

  /** The request that came in as the `index`th, once it has. */
  async request(index = 0): Promise<SeenRequest> {
    for (;;) {
      const request = this.requests[index];
      if (request) return request;
      await this.received(index + 1);
    }
  }

  /** The requests to that uri so far. */
  to(uri: string): SeenRequest[] {
    return this.requests.filter((request) => request.uri === uri);
  }

  /** Resolves when the client has sent its last byte. */
  async ended(): Promise<void> {
    if (!this.socket.readableEnded) await once(this.socket, 'end');
  }

  reply(request: SeenRequest, data: unknown): void {
    this.answer(request, { data });
  }

  /** Answers in the version of the request. */
  answer({ v, ipcReqID }: SeenRequest, answer: Answer): void {
    this.write(`${JSON.stringify({ ...(v && { v }), ipcReqID, ...answer })}\n`);
  }

  /** Says that the server is going. */
  goAway(): void {
    this.write('{"ipcReqID":null,"code":"unavailable","goaway":true,"message":"The server is stopping"}\n');
  }

  write(text: string): void {
    this.socket.write(text);
  }
}

/** What a server does with a request. */
export type Script = (request: SeenRequest, peer: Peer) => void;

export const echo: Script = (request, peer) => peer.reply(request, request.data);
export const silent: Script = () => undefined;

/** A server on a real socket that does as told. Stops and removes its files when the test ends. */
export class ScriptedServer {
  readonly peers: Peer[] = [];
  #server: Server | undefined;
  #onPeer: (() => void) | undefined;

  private constructor(
    readonly socketPath: string,
    readonly script: Script,
  ) {}

  /** @param socketPath Default: in a directory of its own. */
  static async start(script: Script = echo, socketPath = join(temporaryDirectory(), 's')): Promise<ScriptedServer> {
    const server = new ScriptedServer(socketPath, script);
    onTestFinished(() => server.stop());
    await server.listen();
    return server;
  }

  /** Listens, again after {@link stop}. */
  async listen(): Promise<void> {
    const server = createServer((socket) => {
      this.peers.push(new Peer(socket, this.script));
      this.#onPeer?.();
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.socketPath, resolve));
  }

  /** The peer that connected as the `index`th, once it has. */
  async peer(index = 0): Promise<Peer> {
    for (;;) {
      const peer = this.peers[index];
      if (peer) return peer;
      await new Promise<void>((resolve) => (this.#onPeer = resolve));
    }
  }

  /** Kills every connection and stops listening. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    for (const { socket } of this.peers) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A new directory, removed when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
