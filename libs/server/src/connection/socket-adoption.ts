import { Socket, type SocketConstructorOpts } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * One read fills at most this: half of what a kernel holds for a UNIX socket, so that messages up to 100 KB come in one
 * piece and are decoded where they stand. One buffer serves every connection.
 */
export const READ_BUFFER_BYTES = 128 * 1024;

const sharedBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);

/** What this module uses of Node's internals, all of it checked before use. */
interface AcceptedInternals {
  _handle?: { readonly fd?: unknown; useUserBuffer?: unknown; readStart?: unknown } | null;
  _server: unknown;
}

/** The descriptor of an open socket; -1 where it has none, as what is closed or within this process. */
export function descriptorOf(stream: Duplex): number {
  const fd = (stream as unknown as AcceptedInternals)._handle?.fd;
  return typeof fd === 'number' ? fd : -1;
}

/** A socket that delivers its bytes to a callback. */
export interface AdoptedSocket {
  readonly socket: Duplex;
  /** Whether bytes come in the shared buffer and must be used before the callback returns. */
  readonly shared: boolean;
}

/**
 * Starts reading an accepted, paused socket; `onBytes` gets each chunk, valid during the call only.
 *
 * Node documents reading into a given buffer (`onread`) for clients alone. For accepted sockets the handle is moved to
 * a new socket that has it, where this Node's internals look as they should; otherwise bytes come as `data` events.
 */
export function adoptSocket(
  accepted: Duplex,
  { shared, onBytes }: { readonly shared: boolean; readonly onBytes: (bytes: Buffer) => void },
): AdoptedSocket {
  const internals = accepted as unknown as AcceptedInternals;
  const handle = internals._handle;
  if (shared && typeof handle?.useUserBuffer === 'function' && typeof handle.readStart === 'function') {
    const server = internals._server;
    internals._handle = null;
    internals._server = null;
    const socket = new Socket({
      handle,
      allowHalfOpen: true,
      onread: {
        buffer: sharedBuffer,
        callback: (length: number): boolean => {
          onBytes(sharedBuffer.subarray(0, length));
          return true;
        },
      },
    } as SocketConstructorOpts);
    // The server counts its connections through this field when they close.
    (socket as unknown as AcceptedInternals)._server = server;
    return { socket, shared: true };
  }
  accepted.on('data', onBytes);
  accepted.resume();
  return { socket: accepted, shared: false };
}
