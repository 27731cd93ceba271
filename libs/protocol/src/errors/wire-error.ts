import { isAmount } from '../envelope/amount';
import { isIpcError } from './ipc-error';

/** An error as it travels: never a stack, a path or a class name. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  /** Whole milliseconds after which a retry makes sense. Version 2 only. */
  readonly retryAfter?: number;
  /** The server is stopping and has not executed the request, which may be sent again elsewhere. Version 2 only. */
  readonly goaway?: true;
  /** The whole connection is refused: nothing that was sent on it is executed. Only where it answers no request. */
  readonly refused?: true;
}

/** What a caller is told when a handler throws `error`: an exposed {@link IpcError} as it is, anything else `internal`. */
export function toWireError(error: unknown): WireError {
  if (isIpcError(error) && error.expose && error.origin === 'local') {
    const { code, message, details, retryAfterMs } = error;
    return {
      code,
      message,
      ...(details === undefined ? {} : { details }),
      // An error of another copy of this package may hold anything; the PHP client takes whole numbers alone.
      ...(isAmount(retryAfterMs) ? { retryAfter: Math.ceil(retryAfterMs) } : {}),
    };
  }
  return { code: 'internal', message: 'The handler failed; the server log has the reason' };
}
