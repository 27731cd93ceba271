import type { ErrorCode } from './error-code';
import type { IpcErrorDetails, IpcErrorKind, IpcErrorOf } from './error-kind';

/** What an {@link IpcError} may carry beyond its code and message. */
export interface IpcErrorOptions {
  /** Facts for the caller's program; JSON-serialisable. */
  readonly details?: unknown;
  /** The error underneath; stays in this process, never on the wire. */
  readonly cause?: unknown;
  /** Where the error arose: in this process, or at the peer. Default `local`. */
  readonly origin?: 'local' | 'remote';
  /** Whether the request may have reached the peer: false means certainly not executed. Default false. */
  readonly sent?: boolean;
  /**
   * Whether code, message and details may be shown to a caller when a handler throws this error. Default true; errors
   * that a client library makes for its own user hold paths and say false.
   */
  readonly expose?: boolean;
  /** After how many milliseconds another try makes sense. Less than 0 counts as 0, and what is no finite number as nothing. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The one error of the project: on the wire, in the clients and thrown by handlers.
 * Decide by {@link IpcError.code} and {@link IpcError.sent}, never by the message's text.
 */
export class IpcError extends Error {
  override readonly name = 'IpcError';
  /** A code of the protocol, or an application error declared by a contract. */
  readonly code: ErrorCode | (string & {});
  readonly details: unknown;
  readonly origin: 'local' | 'remote';
  /** False: the request certainly did not run, a retry is safe. True: the outcome is unknown. */
  readonly sent: boolean;
  readonly expose: boolean;
  /** Milliseconds after which another try makes sense, where whoever failed said so. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode | (string & {}), message: string, options: IpcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.origin = options.origin ?? 'local';
    this.sent = options.sent ?? false;
    this.expose = options.expose ?? true;
    // Computed by handlers, of a clock or a quota: to throw here would hide the error that they have to tell.
    this.retryAfterMs = Number.isFinite(options.retryAfterMs) ? Math.max(0, options.retryAfterMs ?? 0) : undefined;
  }
}

/**
 * Whether `error` is an {@link IpcError}: of any code, of one code, or of one kind that a contract declares. The type of
 * its details is known for a kind, and for a code that {@link IpcErrorDetails} names. Works across copies of this package.
 */
export function isIpcError<Code extends keyof IpcErrorDetails>(
  error: unknown,
  code: Code,
): error is IpcErrorOf<Code, IpcErrorDetails[Code]>;
export function isIpcError<Code extends string, Details>(
  error: unknown,
  kind: IpcErrorKind<Code, Details>,
): error is IpcErrorOf<Code, Details>;
export function isIpcError(error: unknown, code?: ErrorCode | (string & {})): error is IpcError;
export function isIpcError(error: unknown, wanted?: string | IpcErrorKind): error is IpcError {
  const code = typeof wanted === 'string' ? wanted : wanted?.code;
  return (
    error instanceof Error &&
    error.name === 'IpcError' &&
    'code' in error &&
    typeof error.code === 'string' &&
    (code === undefined || error.code === code)
  );
}
