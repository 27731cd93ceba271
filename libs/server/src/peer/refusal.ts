import { serializeRefusal } from '@pixl-ipc/protocol';
import type { Duplex } from 'node:stream';

/** Why a peer is not served. */
export interface Refusal {
  /** What the peer is told on the wire. */
  readonly code: 'resource_exhausted' | 'permission_denied';
  /** Which limit it was, for logs and counters. */
  readonly reason: 'fd_reserve' | 'max_connections' | 'max_connections_per_uid' | 'uid_policy';
  /** State, limit and remedy; fit for the peer's eyes. */
  readonly message: string;
}

/**
 * Tells a fresh connection why it is refused and closes it, both before returning: libuv accepts in a loop, and the
 * next connection of a burst needs the file descriptor.
 *
 * The peer reads the line, then the end, or ECONNRESET where it has sent something; what it sends later is an EPIPE, and
 * the line is still there to be read.
 *
 * @see docs/protocol.md#bad-input
 */
export function refuse(socket: Duplex, { code, message }: Pick<Refusal, 'code' | 'message'>): void {
  // The peer may have left; there is nobody else to tell.
  socket.on('error', () => undefined);
  // Node writes at once what the kernel takes, and an empty socket buffer takes a line.
  socket.write(serializeRefusal({ code, message }));
  socket.destroy();
}
