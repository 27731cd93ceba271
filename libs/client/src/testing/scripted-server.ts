import { FrameDecoder } from '@pixl-ipc/protocol';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A request as the server saw it. */
export interface SeenRequest {
  readonly ipcReqID: string;
  readonly uri: string;
  readonly data: unknown;
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

  reply({ ipcReqID }: SeenRequest, data: unknown): void {
    this.write(`${JSON.stringify({ ipcReqID, data })}\n`);
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

  static async start(script: Script = echo): Promise<ScriptedServer> {
    const server = new ScriptedServer(join(temporaryDirectory(), 's'), script);
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
