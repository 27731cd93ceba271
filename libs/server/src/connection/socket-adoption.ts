import { Socket, type SocketConstructorOpts } from 'node:net';

/** One read fills at most this; more than 64 KiB gains nothing, and one buffer serves every connection. */
export const READ_BUFFER_BYTES = 64 * 1024;

const sharedBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);

/** What this module uses of Node's internals, all of it checked before use. */
interface AcceptedInternals {
  _handle: { useUserBuffer?: unknown; readStart?: unknown } | null;
  _server: unknown;
}

/** A socket that delivers its bytes to a callback. */
export interface AdoptedSocket {
  readonly socket: Socket;
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
  accepted: Socket,
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
