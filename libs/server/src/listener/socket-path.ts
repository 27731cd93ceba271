import { printableText } from '@pixl-ipc/protocol';
import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ListenError, toListenError } from './listen-error';
import { PRIVATE_PATH_SAMPLE } from './private-directory';

/** Longest path of a socket in bytes: what the kernel's address holds, less its closing NUL. */
export const MAX_SOCKET_PATH_BYTES = process.platform === 'darwin' ? 103 : 107;

/** Where a server listens, resolved once: a later `chdir` does not move it. */
export interface SocketPath {
  /** Absolute. */
  readonly path: string;
  readonly directory: string;
  readonly name: string;
  /** The path for messages: control characters escaped. */
  readonly shown: string;
}

/**
 * Resolves a socket's path and checks that it can be bound, before anything is touched. The kernel cuts a longer one
 * off and binds what is left.
 *
 * @throws ListenError invalid_path, or path_too_long if the path, or the temporary one in its directory, has too many bytes
 */
export function resolveSocketPath(socketPath: string): SocketPath {
  const path = resolve(socketPath);
  const shown = printableText(path, 1_024);
  if (path.includes('\0')) {
    throw new ListenError('invalid_path', `socket path ${shown} holds a NUL; give the path of a file`);
  }
  assertLength(path, `socket path ${shown} is`);
  const directory = dirname(path);
  assertLength(
    join(directory, PRIVATE_PATH_SAMPLE),
    `socket ${shown} is made in a private directory beside it, whose path is`,
  );
  return { path, directory, name: basename(path), shown };
}

/** Checks that the directory of the path is there. @throws ListenError no_directory, or not_permitted */
export function assertDirectory({ directory, shown }: SocketPath): void {
  const failure = `cannot listen at ${shown}: its directory`;
  let isDirectory: boolean;
  try {
    isDirectory = statSync(directory).isDirectory();
  } catch (error) {
    throw toListenError(error, failure);
  }
  if (!isDirectory) throw new ListenError('no_directory', `${failure} is a file; choose another path`);
}

function assertLength(path: string, subject: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_SOCKET_PATH_BYTES) return;
  const message = `${subject} ${bytes} bytes, limit ${MAX_SOCKET_PATH_BYTES}; choose a shorter directory such as /run/<app>`;
  throw new ListenError('path_too_long', message);
}
