import type { Duplex } from 'node:stream';

/**
 * How a client reaches a server: a UNIX socket, or a server in the same process. Each connection is a byte stream that
 * behaves as a `net.Socket` does: it emits `connect` when it is through, and `error` and `close` when it is not.
 */
export interface Transport {
  /** A new connection, under way; what is written before `connect` is sent then. */
  connect(): Duplex;
  /** What messages call the other end: the path of its socket, for example. */
  readonly describe: string;
}
