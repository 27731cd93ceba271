import { IpcError, type ReplyEnvelope, type WireError } from '@pixl-ipc/protocol';

/** The error that a reply holds, as the caller's; undefined where it holds data. @see docs/protocol.md#errors */
export function remoteErrorOf({ version, error, data }: ReplyEnvelope): IpcError | undefined {
  const wire = error ?? (version === 1 ? missingHandler(data) : undefined);
  if (!wire) return undefined;
  const { code, message, details } = wire;
  return new IpcError(code, message, { details, origin: 'remote', sent: true, expose: false });
}

/** The original's server says only in the data that it has no handler; any other `data.code` is the application's. */
function missingHandler(data: unknown): WireError | undefined {
  if (typeof data !== 'object' || data === null || !('code' in data) || data.code !== 'no_handler_found')
    return undefined;
  const message = 'message' in data && typeof data.message === 'string' ? data.message : data.code;
  return { code: data.code, message };
}
