import { unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { groupId, userId } from './account-id';
import { ListenError, toListenError } from './listen-error';
import { staleOccupant } from './occupant';
import { publish, type Publication, type PublicationOutcome } from './publication';
import { shelteredFromSignals } from './signal-shelter';
import { identityAt, isSameInode, type SocketIdentity } from './socket-identity';
import { assertDirectory, resolveSocketPath, type SocketPath } from './socket-path';
import { acquireStartLock } from './start-lock';

/** Where to listen, and who is told. */
export interface ListenOptions {
  /** Absolute, or relative to the working directory of this moment. At most 107 bytes, 100 of them for its directory. */
  readonly socketPath: string;
  /** Permission bits of the socket; who may write it may connect. */
  readonly mode: number;
  /** Owner of the socket, a name in /etc/passwd or a uid; undefined: the process's own user. Any other takes root. */
  readonly owner: string | number | undefined;
  /** Group of the socket, a name in /etc/group or a gid; undefined leaves what the directory gives. */
  readonly group: string | number | undefined;
  /** Connections that the kernel holds until they are accepted. */
  readonly backlog: number;
  /**
   * Called within the accept with a paused socket that allows a half-open end, maybe before {@link listen} resolves. Must
   * not throw. The socket is the callee's.
   */
  readonly onConnection: (socket: Socket) => void;
  /** Errors after the start: of accepting, or of removing the name. */
  readonly onError: (error: Error) => void;
}

/** A server's name on the file system, and the door behind it. */
export interface Listener {
  /** The absolute path. */
  readonly path: string;
  /**
   * Removes the name, if it is still ours, so that nobody new finds us; who waits in the backlog can still be accepted.
   * Idempotent. A failure goes to `onError`.
   */
  unpublish(): Promise<void>;
  /** Unpublishes and closes the listening handle; connections live on. Idempotent. */
  close(): Promise<void>;
}

/** How often a path may change under us before that is an error by itself. */
const ATTEMPTS = 10;

/**
 * Listens at a path. Resolves when the socket accepts, with its mode and group in force from the first instant that it
 * can be found. Recovers the socket of a server that is gone; disturbs no live one, and nothing that is not a socket.
 * Of several starters on one path, exactly one succeeds.
 *
 * @throws ListenError; nothing is left behind then
 * @see docs/security.md#the-socket
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const place = resolveSocketPath(options.socketPath);
  const account = {
    uid: options.owner === undefined ? undefined : await userId(options.owner),
    gid: options.group === undefined ? undefined : await groupId(options.group),
  };
  assertDirectory(place);
  const lock = await acquireStartLock(place);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stale = await staleOccupant(place);
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, options.onConnection);
      const identity = await publishServer(server, { place, account, stale, options });
      if (identity) return new SocketListener({ server, place, identity, onError: options.onError });
    }
  } finally {
    lock.release();
  }
  throw new ListenError(
    'listen_failed',
    `${place.shown} changed ${ATTEMPTS} times while starting; see who else uses it`,
  );
}

interface Attempt {
  readonly place: SocketPath;
  readonly account: Pick<Publication, 'uid' | 'gid'>;
  readonly stale: SocketIdentity | undefined;
  readonly options: ListenOptions;
}

/** One attempt: the published socket's identity, or undefined where somebody changed the path meanwhile. */
async function publishServer(server: Server, attempt: Attempt): Promise<SocketIdentity | undefined> {
  const { place, account, stale, options } = attempt;
  const errors: Error[] = [];
  const keep = (error: Error): unknown => errors.push(error);
  server.on('error', keep);
  let outcome: PublicationOutcome | undefined;
  try {
    outcome = shelteredFromSignals(() =>
      publish({
        ...place,
        ...account,
        stale,
        mode: options.mode,
        bind: (path) => bindNow(server, path, options.backlog),
      }),
    );
  } catch (error) {
    throw toListenError(error, `cannot listen at ${place.shown}`);
  } finally {
    // The name it was bound to is gone already, so that closing, which removes that name, finds nothing.
    if (outcome?.kind !== 'published') server.close();
  }
  // Node tells why a server is not listening a tick later.
  await turn();
  if (outcome.kind === 'unbound') throw toListenError(errors[0], `cannot bind the socket of ${place.shown}`);
  if (outcome.kind === 'occupied') return undefined;
  server.off('error', keep);
  for (const error of errors) options.onError(error);
  return outcome.identity;
}

/** Binds and listens; Node does so within the call. */
function bindNow(server: Server, path: string, backlog: number): boolean {
  // Exclusive: in a cluster worker, the primary would bind instead.
  server.listen({ path, backlog, exclusive: true });
  return server.listening;
}

class SocketListener implements Listener {
  readonly path: string;
  readonly #server: Server;
  readonly #identity: SocketIdentity;
  readonly #shown: string;
  readonly #onError: (error: Error) => void;
  #published = true;

  constructor({
    server,
    place,
    identity,
    onError,
  }: {
    server: Server;
    place: SocketPath;
    identity: SocketIdentity;
    onError: (error: Error) => void;
  }) {
    this.path = place.path;
    this.#shown = place.shown;
    this.#server = server;
    this.#identity = identity;
    this.#onError = onError;
    server.on('error', onError);
  }

  unpublish(): Promise<void> {
    if (this.#published) {
      this.#published = false;
      try {
        // Two system calls in a row: no turn of the event loop for somebody to come in between. The inode is held by
        // the listening handle, so its number is no other file's.
        if (isSameInode(identityAt(this.path), this.#identity)) unlinkSync(this.path);
      } catch (error) {
        this.#onError(toListenError(error, `cannot remove ${this.#shown}`));
      }
    }
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.unpublish();
    // Closes the handle at once; its callback would wait for the last connection.
    if (this.#server.listening) this.#server.close();
  }
}
