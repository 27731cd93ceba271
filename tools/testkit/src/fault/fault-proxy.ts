import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { NO_FAULT, type Fault } from './fault';
import { FaultPipe } from './fault-pipe';

export interface FaultProxyOptions {
  /** The socket file that clients connect to; the proxy makes it. */
  readonly path: string;
  /** The server's socket file. */
  readonly target: string;
  /** 0 ≤ number < 1, for random delays; seed it to repeat a run. Default Math.random. */
  readonly random?: () => number;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly toServer: FaultPipe;
  readonly toClient: FaultPipe;
}

/** A bad line between clients and a server. Without a fault set, bytes, ends and deaths pass through it both ways. */
export class FaultProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #toServer = NO_FAULT;
  #toClient = NO_FAULT;

  /** @param server Not listening yet. */
  constructor(server: Server, target: string, random: () => number) {
    this.#server = server;
    server.on('connection', (client) => this.#join(client, connect({ path: target, allowHalfOpen: true }), random));
  }

  /** Connections that are open on at least one side. */
  get connections(): number {
    return this.#links.size;
  }

  /** Sets the fault of one or both directions, for connections that are open and for those to come. */
  set({ toServer, toClient }: { readonly toServer?: Fault; readonly toClient?: Fault }): void {
    this.#toServer = toServer ?? this.#toServer;
    this.#toClient = toClient ?? this.#toClient;
    for (const link of this.#links) {
      if (toServer) link.toServer.set(toServer);
      if (toClient) link.toClient.set(toClient);
    }
  }

  /** Takes the faults of both directions away; what they held passes. */
  clear(): void {
    this.set({ toServer: NO_FAULT, toClient: NO_FAULT });
  }

  /** Breaks every open connection at once: on the client's side, the server's, or both. The other side is told of it. */
  kill(side: 'client' | 'server' | 'both'): void {
    for (const { client, server } of this.#links) {
      if (side !== 'server') client.destroy();
      if (side !== 'client') server.destroy();
    }
  }

  /** Sends FIN to one side of every open connection; the other direction goes on. */
  halfClose(side: 'client' | 'server'): void {
    for (const link of this.#links) link[side].end();
  }

  /** Stops listening, breaks every connection, takes the socket file away. Harmless a second time. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.kill('both');
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #join(client: Socket, server: Socket, random: () => number): void {
    const link = {
      client,
      server,
      toServer: new FaultPipe(client, server, random),
      toClient: new FaultPipe(server, client, random),
    };
    link.toServer.set(this.#toServer);
    link.toClient.set(this.#toClient);
    this.#links.add(link);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      // Its close follows.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        // One that did not end both ways has died, and a fault that holds its last bytes must not hide that.
        if (!socket.readableEnded || !socket.writableFinished) other.destroy();
        if (other.closed) this.#links.delete(link);
      });
    }
    void link.toServer.run();
    void link.toClient.run();
  }
}

/** Listens on `path` and joins every connection with one to `target`. */
export async function createFaultProxy({ path, target, random = Math.random }: FaultProxyOptions): Promise<FaultProxy> {
  const server = createServer({ allowHalfOpen: true });
  const proxy = new FaultProxy(server, target, random);
  server.listen(path);
  await once(server, 'listening');
  return proxy;
}
