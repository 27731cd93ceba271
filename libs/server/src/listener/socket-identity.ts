import { lstatSync } from 'node:fs';

/** Which file a name stands for. A name may come to stand for another file at any time. */
export interface SocketIdentity {
  readonly isSocket: boolean;
  readonly device: bigint;
  readonly inode: bigint;
  /**
   * When the socket was bound, in nanoseconds: neither renaming nor linking nor chmod changes it. Tells a socket from a
   * newer one that was given the inode number of a removed one, which file systems do at once.
   */
  readonly boundAtNs: bigint;
  /** For messages. */
  readonly owner: string;
}

/** What stands at `path`, links not followed; undefined where nothing does. @throws the system error otherwise */
export function identityAt(path: string): SocketIdentity | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stats) return undefined;
  return {
    isSocket: stats.isSocket(),
    device: stats.dev,
    inode: stats.ino,
    boundAtNs: stats.mtimeNs,
    owner: `uid ${stats.uid}, mode ${(stats.mode & 0o777n).toString(8).padStart(4, '0')}`,
  };
}

/** Whether both are the same inode. Enough where one of them is held open: its number is not given away. */
export function isSameInode(a: SocketIdentity | undefined, b: SocketIdentity): boolean {
  return a?.device === b.device && a.inode === b.inode;
}

/** Whether both are the same socket, also where neither is held open. */
export function isSameSocket(a: SocketIdentity | undefined, b: SocketIdentity): boolean {
  return isSameInode(a, b) && a?.boundAtNs === b.boundAtNs;
}
