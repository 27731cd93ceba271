import type { WireError } from '../errors/wire-error';
import { jsonText } from './json-text';
import { MessageFault, parseMessage, type Message } from './message';
import type { ProtocolVersion, RequestId } from './version';

/** Whose reply it is: taken from the request. */
export interface ReplyHead {
  readonly version: ProtocolVersion;
  readonly id: RequestId;
}

/**
 * A reply → frame. `undefined` is a reply without data, as in the original.
 *
 * @throws TypeError or RangeError if `data` cannot be serialised
 * @see docs/protocol.md#replies
 */
export function serializeReply({ version, id }: ReplyHead, data: unknown): string {
  const text = jsonText(data);
  if (text !== undefined) return `${headText(version, id)},"data":${text}}\n`;
  if (data !== undefined) throw new TypeError(`JSON has no form for a ${typeof data}`);
  return `${headText(version, id)}}\n`;
}

/**
 * An error → frame. Version 1 has both shapes of the original: its Node client reads the pair in `data`, its PHP client
 * too, and newer clients the top level. Only version 2 carries `details` and `retryAfter`.
 *
 * @throws TypeError or RangeError if `details` cannot be serialised (version 2 only)
 * @see docs/protocol.md#errors
 */
export function serializeError({ version, id }: ReplyHead, error: WireError): string {
  const pair = `"code":${JSON.stringify(error.code.toWellFormed())},"message":${JSON.stringify(error.message.toWellFormed())}`;
  if (version === 1) return `${headText(version, id)},${pair},"data":{${pair}}}\n`;
  const details = error.details === undefined ? undefined : jsonText(error.details);
  const retryAfter = error.retryAfter === undefined ? '' : `,"retryAfter":${error.retryAfter}`;
  return `${headText(version, id)},${pair}${details === undefined ? '' : `,"details":${details}`}${retryAfter}}\n`;
}

function headText(version: ProtocolVersion, id: RequestId): string {
  const idText = typeof id === 'string' ? JSON.stringify(id) : String(id);
  return version === 1 ? `{"ipcReqID":${idText}` : `{"v":2,"ipcReqID":${idText}`;
}

/** A reply, or a push, as a client takes it in. */
export interface ReplyEnvelope {
  readonly version: ProtocolVersion;
  /** Null on a push: a message that answers no request. */
  readonly id: RequestId;
  /** The reply's data; undefined where it has none. */
  readonly data: unknown;
  /** The top-level error, where there is one. */
  readonly error: WireError | undefined;
  /** The whole object as it came. */
  readonly message: Message;
}

/** Frame text → reply, or a fault. Never throws. */
export function parseReply(text: string, maxJsonDepth: number): ReplyEnvelope | MessageFault {
  const message = parseMessage(text, maxJsonDepth);
  if (message instanceof MessageFault) return message;
  const { v, ipcReqID, data, code, message: reason } = message;
  const id = typeof ipcReqID === 'string' || typeof ipcReqID === 'number' ? ipcReqID : null;
  const error = typeof code === 'string' ? { code, message: typeof reason === 'string' ? reason : code } : undefined;
  return { version: v === 2 ? 2 : 1, id, data, error, message };
}
