import { IpcError, isIpcError, type IpcErrorOptions, type WireError } from '@pixl-ipc/protocol';
import type { Call } from './calls/call';

/** Why a call could not be served here: what stands in `details.reason` of a local `unavailable`. */
export type UnavailableReason = 'connect_failed' | 'not_open' | 'lost' | 'closed' | 'no_streams';

/** The reason of a local `unavailable`, or undefined for any other error. */
export function unavailableReason(error: IpcError): UnavailableReason | undefined {
  if (error.origin !== 'local' || error.code !== 'unavailable') return undefined;
  return (error.details as { reason: UnavailableReason } | undefined)?.reason;
}

/** What the operating system's refusal asks for. */
const CONNECT_REMEDIES: Readonly<Record<string, string>> = Object.freeze({
  ENOENT: 'start the server, or correct the path',
  ECONNREFUSED: 'the socket file is there but nobody listens; start the server',
  EACCES: "the file mode keeps this user out; set the server's socket_group and socket_chmod 0660",
  EAGAIN: "the server's backlog stayed full; look whether it is stuck, or raise its listen_backlog",
  ENOTSOCK: 'the path is no socket; correct it',
});

/** Refusals that trying again does not change. */
const LASTING = new Set(['EACCES', 'EPERM', 'ELOOP', 'ENOTDIR', 'ENOTSOCK', 'EPROTOTYPE']);

/** Nobody answered at `path`, or somebody whom we do not talk to. `cause` is the operating system's error, or our own. */
export function connectFailed(path: string, cause: NodeJS.ErrnoException | undefined): IpcError {
  if (isIpcError(cause)) return cause;
  const code = cause?.code ?? cause?.message ?? 'closed at once';
  const remedy = CONNECT_REMEDIES[code];
  return unavailable('connect_failed', `cannot connect to ${path}: ${code}${remedy ? `; ${remedy}` : ''}`, { cause });
}

/** Whether another attempt would fail the same way: the path, the permissions or the owner are wrong. */
export function isLasting(error: IpcError): boolean {
  return (
    error.code === 'permission_denied' || LASTING.has((error.cause as NodeJS.ErrnoException | undefined)?.code ?? '')
  );
}

/** Whoever serves there is not whom the caller expects. `wrong` names what is found, expected, and the remedy. */
export function wrongServer(wrong: string): IpcError {
  return local('permission_denied', wrong);
}

/** No connection is open, so nothing was sent. */
export function notOpen(path: string): IpcError {
  return unavailable('not_open', `no connection to ${path} is open; call connect() and wait for it`);
}

/**
 * The connection ended under a call. `cause` is the operating system's error, undefined where the server closed;
 * `lastWord` what the server said before.
 */
export function connectionLost(
  path: string,
  cause: NodeJS.ErrnoException | undefined,
  lastWord: WireError | undefined,
): IpcError {
  const code = cause ? (cause.code ?? cause.message) : 'the server closed it';
  const how = lastWord ? `${code}, saying ${lastWord.code}: ${lastWord.message}` : code;
  return unavailable('lost', `connection to ${path} lost: ${how}`, { cause });
}

/** The server does not let the connection in, for the reason it gives; nothing that was sent on it is executed. */
export function connectionRefused(path: string, { code, message }: WireError): IpcError {
  // Who may not connect may not later either; a limit that is reached is not reached for ever.
  if (code === 'permission_denied') return new IpcError(code, message, { origin: 'remote', expose: false });
  return unavailable('connect_failed', `connection to ${path} refused: ${code}: ${message}`);
}

/** `close()` was called. */
export function closedHere(): IpcError {
  return unavailable('closed', 'the client was closed');
}

/** The same error for a call whose request may have run, or certainly has not. */
export function forCall(error: IpcError, { sent }: { sent: boolean }): IpcError {
  if (error.sent === sent) return error;
  const { code, message, details, cause, origin, expose, retryAfterMs } = error;
  return new IpcError(code, message, { details, cause, origin, expose, retryAfterMs, sent });
}

/** No reply to a call that was sent, within its limit; to a oneway one: the server has not taken it. */
export function timedOut({ uri, limitMs, oneway }: Pick<Call, 'uri' | 'limitMs' | 'oneway'>): IpcError {
  const what = oneway ? `message to ${uri} was not taken by the server` : `no reply from ${uri}`;
  return local('deadline_exceeded', `${what} within ${limitMs} ms`, { sent: true });
}

/** No connection for a call within its limit; `why` not, as far as that is known. */
export function waitedInVain({ uri, limitMs, sentBefore }: Call, why: IpcError | undefined): IpcError {
  const what = `no connection to send ${uri} on within ${limitMs} ms`;
  if (!why) return local('deadline_exceeded', what, { sent: sentBefore });
  const { code, message, details } = why;
  return local(code, `${what}: ${message}`, { details, cause: why, sent: sentBefore });
}

/** Interceptors have made no outcome of a call within its limit. */
export function notLetGo({ uri, limitMs }: Pick<Call, 'uri' | 'limitMs'>): IpcError {
  return local('deadline_exceeded', `the interceptors of ${uri} were not done with it within ${limitMs} ms`);
}

/** The caller gave it up. `cause` is why, if it said so. */
export function cancelled(uri: string, { sent, cause }: { sent: boolean; cause: unknown }): IpcError {
  return local('cancelled', `call to ${uri} was cancelled by its caller`, { sent, cause });
}

/** An option of a call is wrong. */
export function wrongCall(rule: string): IpcError {
  return local('invalid_argument', rule);
}

/** The server has no streams: it speaks version 1. */
export function noStreams(uri: string): IpcError {
  return unavailable('no_streams', `${uri} was answered in version 1 of the protocol, which has no streams`, {
    sent: true,
  });
}

/** The server sent more of a stream than it was granted. */
export function overCredit(uri: string, credit: number): IpcError {
  return local('resource_exhausted', `${uri} sent more than the ${credit} items that it was granted`, { sent: true });
}

/** An item of a stream is not the one that had to come. */
export function outOfOrder(uri: string, expected: number, got: number | undefined): IpcError {
  return local('parse_error', `item ${expected} of ${uri} is missing; the server sent ${got ?? 'one without number'}`, {
    sent: true,
  });
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
  return local('invalid_argument', `request cannot be serialised: ${messageOf(cause)}`, { cause });
}

/** A reply came and could not be read. */
export function unreadableReply(code: 'message_too_large' | 'parse_error', message: string): IpcError {
  return local(code, `unreadable reply: ${message}`, { sent: true });
}

/** The message of anything thrown, which may throw when it is looked at. */
function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'what was thrown cannot be looked at';
  }
}

function unavailable(reason: UnavailableReason, message: string, options: IpcErrorOptions = {}): IpcError {
  return local('unavailable', message, { ...options, details: { reason } });
}

function local(
  code: ConstructorParameters<typeof IpcError>[0],
  message: string,
  options: IpcErrorOptions = {},
): IpcError {
  return new IpcError(code, message, { ...options, origin: 'local', expose: false });
}
