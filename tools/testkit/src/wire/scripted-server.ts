import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { wholeTurn } from '../turn';
import { LineSocket } from './line-socket';

export interface ScriptedServerOptions {
  /** False: accept but read nothing until the peer is resumed, for a server that stays silent. Default true. */
  readonly reading?: boolean;
  /** Connections the kernel queues before they are accepted. Default 511. */
  readonly backlog?: number;
}

/** A server that does what a test's script says, connection by connection. */
export class ScriptedServer implements AsyncDisposable {
  /** Every connection so far, closed ones included. */
  readonly connections: LineSocket[] = [];
  readonly #server: Server;
  readonly #failures: unknown[] = [];
  #closing = false;

  /** @param server Not listening yet. */
  constructor(server: Server, onConnection: (peer: LineSocket, index: number) => unknown) {
    this.#server = server;
    server.on('connection', (socket) => {
      const peer = new LineSocket(socket);
      socket.on('data', (bytes) => peer.receive(bytes));
      const index = this.connections.push(peer) - 1;
      // The promise is one that never rejects: a script's failure is kept and thrown by close().
      void this.#run(() => onConnection(peer, index));
    });
  }

  /**
   * Stops listening, closes every connection, and takes the socket file away.
   *
   * @throws what a script has thrown, if one has
   */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    // A script that is about to throw does so now; what it throws because of the close is no failure.
    await wholeTurn();
    this.#closing = true;
    for (const peer of this.connections) peer.destroy();
    await closed;
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(script: () => unknown): Promise<void> {
    try {
      await script();
    } catch (error) {
      // A script that waits for a line when the test is over has not failed.
      if (!this.#closing) this.#failures.push(error);
    }
  }
}

/**
 * Listens on the socket file `path` and runs `onConnection` for every connection, with its index. What it throws, the
 * server's close throws.
 */
export async function scriptedServer(
  path: string,
  onConnection: (peer: LineSocket, index: number) => unknown = () => undefined,
  { reading = true, backlog = 511 }: ScriptedServerOptions = {},
): Promise<ScriptedServer> {
  const server = createServer({ pauseOnConnect: !reading });
  const scripted = new ScriptedServer(server, onConnection);
  server.listen({ path, backlog });
  await once(server, 'listening');
  return scripted;
}
