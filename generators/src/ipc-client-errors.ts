import { unavailableReason } from '@pixl-ipc/client';
import type { IpcError } from '@pixl-ipc/protocol';

/**
 * An error of `@pixl-ipc/client` as the string that the original passes: `ipc_socket_err` (not connected, or lost),
 * `no_open_stream` (never connected, reconnecting, or closed), `request_timeout`, `stream_err` (an unreadable reply);
 * what the original did not know keeps its own code: `message_too_large`, `resource_exhausted`, `invalid_argument`.
 */
export function originalCodeOf(error: IpcError): string {
  switch (error.code) {
    case 'deadline_exceeded':
      return 'request_timeout';
    case 'parse_error':
      return 'stream_err';
    case 'unavailable': {
      const reason = unavailableReason(error);
      return reason === 'lost' || reason === 'connect_failed' ? 'ipc_socket_err' : 'no_open_stream';
    }
    default:
      return error.code;
  }
}
