import { chmodSync, chownSync, linkSync, renameSync, unlinkSync } from 'node:fs';
import { PrivateDirectory } from './private-directory';
import { identityAt, isSameSocket, type SocketIdentity } from './socket-identity';

/** How a socket comes to its name. */
export interface Publication {
  readonly path: string;
  readonly directory: string;
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** The socket of a server that is gone, found at the path; undefined where the path was free. */
  readonly stale: SocketIdentity | undefined;
  /** Binds a socket at the path given and listens, at once; false where that failed. */
  readonly bind: (path: string) => boolean;
  /** `fs.linkSync`, replaceable because few systems at hand lack hard links. */
  readonly link?: GiveName | undefined;
  /** `fs.renameSync`, replaceable because what another process does just before it is to be tested. */
  readonly rename?: GiveName | undefined;
}

type GiveName = (existing: string, path: string) => void;

interface Names {
  readonly link: GiveName;
  readonly rename: GiveName;
}

/** What came of it. `occupied`: the path is not as it was found; look again. */
export type PublicationOutcome =
  | { readonly kind: 'published'; readonly identity: SocketIdentity }
  | { readonly kind: 'occupied' }
  | { readonly kind: 'unbound' };

/** What `link` answers where a file system has no hard links. */
const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Makes a listening socket and gives it its name, complete from the first instant: bound, listening, mode and group set
 * in a private directory, then linked onto the path, which fails where the name is taken. Synchronous, and leaves
 * nothing but the socket.
 *
 * Where a file system has no hard links, the socket is renamed onto a name seen free just before: there somebody who
 * takes the name within those microseconds, and does not hold the start lock, is overwritten.
 *
 * @throws the system error of the step that failed
 */
export function publish(publication: Publication): PublicationOutcome {
  const { path, mode, uid, gid, stale, link = linkSync, rename = renameSync } = publication;
  const names = { link, rename };
  const directory = new PrivateDirectory(publication.directory);
  try {
    if (!publication.bind(directory.socketPath)) return { kind: 'unbound' };
    if (uid !== undefined || gid !== undefined) chownSync(directory.socketPath, uid ?? -1, gid ?? -1);
    chmodSync(directory.socketPath, mode);
    const identity = identityAt(directory.socketPath);
    if (!identity) return { kind: 'occupied' };
    if (stale && !takeAway(stale, { path, asidePath: directory.asidePath, names })) return { kind: 'occupied' };
    return nameFile(directory.socketPath, path, names) ? { kind: 'published', identity } : { kind: 'occupied' };
  } finally {
    directory.remove();
  }
}

/**
 * Removes the stale socket from the path, and nothing else: by moving it aside first and looking at what was moved.
 *
 * @returns whether the path is free now
 */
function takeAway(
  stale: SocketIdentity,
  { path, asidePath, names }: { path: string; asidePath: string; names: Names },
): boolean {
  if (!isSameSocket(identityAt(path), stale)) return false;
  try {
    names.rename(path, asidePath);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  if (isSameSocket(identityAt(asidePath), stale)) {
    unlinkSync(asidePath);
    return true;
  }
  // Somebody replaced it within microseconds, without the start lock: theirs goes back. Where even that fails the
  // path has an owner again, and the one moved has lost it to them.
  nameFile(asidePath, path, names);
  return false;
}

/** Gives the file at `from` the name `path` if that is free; false where it is taken. `from` may keep its name. */
function nameFile(from: string, path: string, { link, rename }: Names): boolean {
  try {
    link(from, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === undefined || !NO_HARD_LINKS.has(code)) throw error;
  }
  if (identityAt(path)) return false;
  rename(from, path);
  return true;
}
