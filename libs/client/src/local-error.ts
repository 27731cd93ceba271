import { IpcError, type IpcErrorOptions } from '@pixl-ipc/protocol';

/** Why a call could not be served here: what stands in `details.reason` of a local `unavailable`. */
export type UnavailableReason = 'connect_failed' | 'not_open' | 'lost' | 'closed';

/** The reason of a local `unavailable`, or undefined for any other error. */
export function unavailableReason(error: IpcError): UnavailableReason | undefined {
  if (error.origin !== 'local' || error.code !== 'unavailable') return undefined;
  return (error.details as { reason: UnavailableReason }).reason;
}

/** What the operating system's refusal asks for. */
const CONNECT_REMEDIES: Readonly<Record<string, string>> = Object.freeze({
  ENOENT: 'start the server, or correct the path',
  ECONNREFUSED: 'the socket file is there but nobody listens; start the server',
  EACCES: "the file mode keeps this user out; set the server's socket_group and socket_chmod 0660",
  EAGAIN: "the server's backlog stayed full; look whether it is stuck, or raise its listen_backlog",
  ENOTSOCK: 'the path is no socket; correct it',
});

/** Nobody answered at `path`. `cause` is the operating system's error. */
export function connectFailed(path: string, cause: NodeJS.ErrnoException | undefined): IpcError {
  const code = cause?.code ?? 'closed at once';
  const remedy = CONNECT_REMEDIES[code];
  return unavailable('connect_failed', `cannot connect to ${path}: ${code}${remedy ? `; ${remedy}` : ''}`, { cause });
}

/** No connection is open, so nothing was sent. */
export function notOpen(path: string): IpcError {
  return unavailable('not_open', `no connection to ${path} is open; call connect() and wait for it`);
}

/** The connection ended under a call. `cause` is the operating system's error, undefined where the server closed. */
export function connectionLost(path: string, cause: NodeJS.ErrnoException | undefined): IpcError {
  const how = cause ? (cause.code ?? cause.message) : 'the server closed it';
  return unavailable('lost', `connection to ${path} lost: ${how}`, { cause });
}

/** `close()` was called. */
export function closedHere(): IpcError {
  return unavailable('closed', 'the client was closed');
}

/** The same error for a call whose request left, or did not. */
export function forCall(error: IpcError, { sent }: { sent: boolean }): IpcError {
  if (error.sent === sent) return error;
  const { code, message, details, cause, expose } = error;
  return new IpcError(code, message, { details, cause, expose, sent });
}

/** No reply within `timeoutMs`. */
export function timedOut(uri: string, timeoutMs: number): IpcError {
  return local('deadline_exceeded', `no reply from ${uri} within ${timeoutMs} ms`, { sent: true });
}

/** `maxPending` calls are in flight. */
export function tooManyCalls(maxPending: number): IpcError {
  return local(
    'resource_exhausted',
    `${maxPending} calls are in flight, limit ${maxPending}; wait or raise maxPending`,
  );
}

/** The server does not read, and enough waits for it. */
export function tooMuchBuffered(bytes: number, maxBufferedBytes: number): IpcError {
  const rule = `limit ${maxBufferedBytes}; wait or raise maxBufferedBytes`;
  return local('resource_exhausted', `${bytes} bytes of requests wait for the server to read, ${rule}`);
}

/** The request is over `maxFrameBytes`. */
export function requestTooLarge(bytes: number, maxFrameBytes: number): IpcError {
  const rule = `limit ${maxFrameBytes}; raise maxFrameBytes here and max_frame_bytes at the server`;
  return local('message_too_large', `request is ${bytes} bytes, ${rule}`);
}

/** The data has no JSON: a cycle, a BigInt, a `toJSON` that throws. */
export function notSerializable(cause: unknown): IpcError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return local('invalid_argument', `request cannot be serialised: ${why}`, { cause });
}

/** A reply came and could not be read. */
export function unreadableReply(code: 'message_too_large' | 'parse_error', message: string): IpcError {
  return local(code, `unreadable reply: ${message}`, { sent: true });
}

function unavailable(reason: UnavailableReason, message: string, { cause }: { cause?: unknown } = {}): IpcError {
  return local('unavailable', message, { details: { reason }, cause });
}

function local(
  code: ConstructorParameters<typeof IpcError>[0],
  message: string,
  options: IpcErrorOptions = {},
): IpcError {
  return new IpcError(code, message, { ...options, origin: 'local', expose: false });
}
