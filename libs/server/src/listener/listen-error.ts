/** Why a server does not listen. */
export type ListenErrorCode =
  /** The path holds a NUL byte. */
  | 'invalid_path'
  /** The path, or the temporary one beside it, does not fit a socket address. */
  | 'path_too_long'
  /** Something that is no socket stands at the path. It is left alone. */
  | 'not_a_socket'
  /** The directory of the path is missing. */
  | 'no_directory'
  /** Another server is live at the path, which is left alone, or this one listens already. */
  | 'already_running'
  /** The process may not do what it takes, or may not find out whether a server is live. */
  | 'not_permitted'
  /** The socket's group has no entry in /etc/group. */
  | 'unknown_group'
  /** The socket's owner has no entry in /etc/passwd. */
  | 'unknown_user'
  /** The server has been stopped, or is stopping. */
  | 'stopped'
  /** Anything else; the cause says what. */
  | 'listen_failed';

/** A server could not start to listen; nothing of the attempt is left behind. The message names state and remedy. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  constructor(
    readonly code: ListenErrorCode,
    message: string,
    options?: { readonly cause: unknown },
  ) {
    super(message, options);
  }
}

/** What a failed system call means to whoever starts the server: code, and the remedy. */
const CALL_FAILURES: Readonly<Record<string, readonly [ListenErrorCode, string]>> = {
  ENOENT: ['no_directory', 'create the directory first'],
  ENOTDIR: ['no_directory', 'a part of the path is not a directory; choose another path'],
  EACCES: ['not_permitted', 'run as a user that may write there, or choose a directory of your own such as /run/<app>'],
  EPERM: ['not_permitted', 'run as the owner, or choose a directory of your own such as /run/<app>'],
  EROFS: ['not_permitted', 'the file system is read-only; choose a directory such as /run/<app>'],
};

/**
 * A failed system call → {@link ListenError}; one that is a ListenError already comes back as it is.
 *
 * @param attempt What was tried, as the message's beginning: `cannot … /path`.
 */
export function toListenError(error: unknown, attempt: string): ListenError {
  if (error instanceof ListenError) return error;
  const { code: errno, message } = error as NodeJS.ErrnoException;
  const known = errno === undefined ? undefined : CALL_FAILURES[errno];
  if (!known) return new ListenError('listen_failed', `${attempt}: ${message}`, { cause: error });
  const [code, remedy] = known;
  return new ListenError(code, `${attempt}: ${errno ?? message}; ${remedy}`, { cause: error });
}
