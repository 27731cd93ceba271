import { IpcError, isErrorCode, type ReplyEnvelope, type WireError } from '@pixl-ipc/protocol';

/**
 * The error that a reply holds, as the caller's; undefined where it holds data. A code that is neither the protocol's nor
 * an application's (`orders.sold_out`) becomes `internal`, with what the server said in `details`.
 *
 * @param sentBefore Whether an earlier request of the same call may have been executed.
 * @see docs/protocol.md#errors
 */
export function remoteErrorOf(
  reply: ReplyEnvelope,
  { sentBefore }: { readonly sentBefore: boolean },
): IpcError | undefined {
  const wire = reply.error ?? (reply.version === 1 ? missingHandler(reply.data) : undefined);
  if (!wire) return undefined;
  const { code, message, retryAfter } = wire;
  const isKnown = isErrorCode(code) || code.includes('.');
  const details = isKnown ? wire.details : { code, details: wire.details };
  return new IpcError(isKnown ? code : 'internal', message, {
    details,
    origin: 'remote',
    // Only a server that is going says that it has not executed a request.
    sent: sentBefore || !reply.goaway,
    expose: false,
    retryAfterMs: retryAfter,
  });
}

/** The original's server says only in the data that it has no handler; any other `data.code` is the application's. */
function missingHandler(data: unknown): WireError | undefined {
  if (typeof data !== 'object' || data === null || !('code' in data) || data.code !== 'no_handler_found')
    return undefined;
  const message = 'message' in data && typeof data.message === 'string' ? data.message : data.code;
  return { code: data.code, message };
}
