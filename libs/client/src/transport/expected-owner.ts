import type { PeerCredentials } from '@pixl-ipc/credentials';
import type { IpcError } from '@pixl-ipc/protocol';
import { lstatSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { wrongServer } from '../local-error';

const ROOT_UID = 0;
const WRITABLE_BY_OTHERS = 0o002;
const STICKY = 0o1000;

/**
 * Why the socket at `path` is not to be connected to: it, or the directory it stands in, is not in the hands of
 * `expectUid`, so that somebody else may have put it there. Root owns directories for others. A path where nothing is, or
 * nothing may be looked at, is no case of this: connecting to it fails and says why.
 */
export function ownerRefusal(path: string, expectUid: number): IpcError | undefined {
  const directory = dirname(path);
  const wrong =
    wrongSocket(
      path,
      infoOf(() => lstatSync(path)),
      expectUid,
    ) ??
    // The link first, where it is one: whoever owns it decides what directory that is.
    wrongDirectory(
      directory,
      infoOf(() => lstatSync(directory)),
      expectUid,
    ) ??
    wrongDirectory(
      directory,
      infoOf(() => statSync(directory)),
      expectUid,
    );
  return wrong === undefined ? undefined : wrongServer(wrong);
}

/** Why whoever answered at `path` is not to be talked to; `peer` is null where the kernel does not say who it is. */
export function peerRefusal(path: string, expectUid: number, peer: PeerCredentials | null): IpcError | undefined {
  if (peer?.uid === expectUid) return undefined;
  if (!peer) return wrongServer(`the kernel does not say whose the server at ${path} is; expectUid is ${expectUid}`);
  return wrongServer(`the server at ${path} is that of uid ${peer.uid} (pid ${peer.pid}), expectUid is ${expectUid}`);
}

function wrongSocket(path: string, info: Stats | undefined, expectUid: number): string | undefined {
  if (!info) return undefined;
  if (!info.isSocket()) return `${path} is no socket itself, which expectUid asks for; give the path of the socket`;
  if (info.uid === expectUid) return undefined;
  return `socket ${path} belongs to uid ${info.uid}, expectUid is ${expectUid}`;
}

function wrongDirectory(path: string, info: Stats | undefined, expectUid: number): string | undefined {
  if (!info) return undefined;
  if (info.uid !== expectUid && info.uid !== ROOT_UID) {
    return `directory ${path} belongs to uid ${info.uid}, expectUid is ${expectUid}; move the socket to one of that user's or root's`;
  }
  const isOpen = (info.mode & WRITABLE_BY_OTHERS) !== 0 && (info.mode & STICKY) === 0;
  // The mode of a symbolic link means nothing.
  if (!isOpen || info.isSymbolicLink()) return undefined;
  return `directory ${path} is writable by everybody, who may replace the socket; chmod o-w ${path}`;
}

function infoOf(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
