import { connect, type Socket } from 'node:net';
import { ListenError, toListenError } from './listen-error';
import { identityAt, type SocketIdentity } from './socket-identity';
import type { SocketPath } from './socket-path';

/** How long a server may take to end a connection that has ended. */
const LEAVE_MS = 1_000;

/**
 * Looks at what stands at the path. Touches nothing; a live server sees a connection that ends at once.
 *
 * @returns the socket of a server that is gone, to be taken away, or undefined where the name is free
 * @throws ListenError already_running, not_a_socket, or not_permitted where there is no telling
 */
export async function staleOccupant(place: SocketPath): Promise<SocketIdentity | undefined> {
  const occupant = readIdentity(place);
  if (!occupant) return undefined;
  if (!occupant.isSocket) {
    const message = `${place.shown} exists and is not a socket; it is left alone: move it away, or choose another path`;
    throw new ListenError('not_a_socket', message);
  }
  const errno = await connectErrno(place.path);
  switch (errno) {
    case 'ECONNREFUSED':
      return occupant;
    case 'ENOENT':
      return undefined;
    // Live and accepting; with a full backlog; somebody's datagram or seqpacket socket.
    case undefined:
    case 'EAGAIN':
    case 'EPROTOTYPE':
      throw new ListenError(
        'already_running',
        `another server is live at ${place.shown} (${occupant.owner}); stop it, or choose another path`,
      );
    case 'EACCES':
    case 'EPERM':
      throw new ListenError(
        'not_permitted',
        `cannot tell whether a server is live at ${place.shown} (${occupant.owner}): ${errno}; ` +
          'start as its owner, remove it if its server is gone, or choose another path',
      );
    default:
      throw new ListenError('listen_failed', `cannot tell whether a server is live at ${place.shown}: ${errno}`);
  }
}

function readIdentity({ path, shown }: SocketPath): SocketIdentity | undefined {
  try {
    return identityAt(path);
  } catch (error) {
    throw toListenError(error, `cannot look at ${shown}`);
  }
}

/** Why nobody could be reached at `path`; undefined where somebody was. Never waits: a local connect does not. */
function connectErrno(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      leave(socket);
      resolve(undefined);
    });
    // Stays for good: what a live server does to the connection afterwards changes nothing.
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/**
 * Ends a connection without harm to the server: closing with its greeting unread would be an ECONNRESET there, and a
 * server without a handler for that dies of it.
 */
function leave(socket: Socket): void {
  socket.setTimeout(LEAVE_MS, () => socket.destroy());
  socket.unref().resume().end();
}
