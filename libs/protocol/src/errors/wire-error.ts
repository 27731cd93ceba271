import { isIpcError } from './ipc-error';

/** An error as it travels: never a stack, a path or a class name. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  /** Milliseconds after which a retry makes sense. Version 2 only. */
  readonly retryAfter?: number;
}

/** What a caller is told when a handler throws `error`: an exposed {@link IpcError} as it is, anything else `internal`. */
export function toWireError(error: unknown): WireError {
  if (isIpcError(error) && error.expose && error.origin === 'local') {
    return error.details === undefined
      ? { code: error.code, message: error.message }
      : { code: error.code, message: error.message, details: error.details };
  }
  return { code: 'internal', message: 'The handler failed; the server log has the reason' };
}
