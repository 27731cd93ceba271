import type { Duplex } from 'node:stream';

/**
 * A way to a server other than its socket: what an in-memory server hands out, and a client takes in place of a path.
 *
 * @see docs/guides/client.md
 */
export interface Transport {
  /** A new connection: bytes both ways, its end and its failure like a socket's. May still be connecting. */
  connect(): Duplex;
  /** What error messages call the server. */
  readonly describe: string;
}
