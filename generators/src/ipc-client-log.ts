import { unavailableReason, type ClientNotice } from '@pixl-ipc/client';
import {
  FaultLog,
  isErrorCode,
  printableText,
  type IpcError,
  type LogSink,
  type ReplyEnvelope,
} from '@pixl-ipc/protocol';
import { originalCodeOf } from './ipc-client-errors';

/** What writes the lines. */
export interface LogWriter {
  logDebug(level: number, message: string, data?: unknown): void;
  logError(code: string, message: string, data?: unknown): void;
}

/** Logs the failure of one request; `uri` is whatever a caller passed, and named by the error where it is no text. What ended several at once is logged where it happened, and not for each of them. */
export function logFailure(log: LogWriter, uri: unknown, error: IpcError): void {
  const reason = unavailableReason(error);
  const code = originalCodeOf(error);
  if (reason === 'not_open') log.logError(code, 'No valid stream is open');
  else if (reason === undefined) log.logError(code, lineOf(uri, error));
}

function lineOf(given: unknown, error: IpcError): string {
  if (typeof given !== 'string') return `IPCClient request failed: ${printableText(error.message)}`;
  const uri = printableText(given);
  if (error.code === 'deadline_exceeded') return `IPCClient request expired: ${uri}`;
  return `IPCClient request failed: ${uri}: ${error.message}`;
}

/** What a server can make a client say at will: bounded, so that one gone wrong does not fill its clients' disks. */
export class ServerRemarks {
  readonly faults: FaultLog;
  readonly remarks: FaultLog;

  constructor(log: LogWriter, now: () => number) {
    const debug: LogSink = { log: (_code, message, data) => log.logDebug(8, message, data) };
    const error: LogSink = { log: (code, message, data) => log.logError(code, message, data) };
    this.faults = new FaultLog({ to: error, of: 'the server', now });
    this.remarks = new FaultLog({ to: debug, of: 'the server', now });
  }

  /** Accounts for what was left out. */
  close(): void {
    this.faults.close();
    this.remarks.close();
  }
}

/** Logs what happened to the client: one line each, and no payload. */
export function logNotice(log: LogWriter, server: ServerRemarks, notice: ClientNotice): void {
  switch (notice.kind) {
    case 'opened':
      log.logDebug(8, 'connection created');
      break;
    case 'lost':
      logLost(log, notice.error, notice.pendingCalls);
      break;
    case 'connect_failed':
      log.logError('ipc_socket_err', socketError(notice.error));
      break;
    case 'retry':
      log.logDebug(5, `Auto reconnect in ${Math.round(notice.delayMs)} ms`);
      break;
    case 'push':
      logPush(log, server, notice.reply);
      break;
    case 'late':
      server.remarks.log('late', `Reply to ${String(notice.reply.id)} came after its request had ended`);
      break;
    case 'unmatched': {
      const id = printableText(String(notice.reply.id));
      server.faults.log('ipc_req_not_found', `Could not find request ID ${id} in request list`);
      break;
    }
    case 'unreadable':
      server.faults.log('stream_err', `Got error from stream: ${printableText(notice.error.message)}`);
      break;
  }
}

/** The reason stands in the text: loggers write an error object without its message. */
function socketError(error: IpcError): string {
  return `Unexpected socket error: ${printableText(error.message)}`;
}

/** Whether a message without an id reports an error of the server, a line that it could not read for instance. */
export function isServerError({ error }: ReplyEnvelope): boolean {
  return error !== undefined && isErrorCode(error.code);
}

/** A server that ends an idle connection does no harm, and the original does not call it an error either. */
function logLost(log: LogWriter, error: IpcError, pendingCalls: number): void {
  if (error.cause === undefined && pendingCalls === 0) log.logDebug(8, 'server disconnected');
  else log.logError('ipc_socket_err', socketError(error));
}

function logPush(log: LogWriter, server: ServerRemarks, reply: ReplyEnvelope): void {
  const { error, message } = reply;
  if (!error || !isServerError(reply)) server.remarks.log('push', 'Server message with no request ID');
  else if (message.goaway === true) log.logDebug(5, 'server is going away');
  else
    server.faults.log('stream_err', `Server error without request ID: ${error.code}: ${printableText(error.message)}`);
}
