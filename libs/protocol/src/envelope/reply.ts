import type { WireError } from '../errors/wire-error';
import { amountMember, isAmount } from './amount';
import { jsonText, noJsonForm } from './json-text';
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
  if (data !== undefined) throw new TypeError(noJsonForm(data));
  return `${headText(version, id)}}\n`;
}

/**
 * An item of a stream → frame (version 2); {@link serializeReply} without data ends the stream.
 *
 * @param seq Its place in the stream, from 0.
 * @throws TypeError or RangeError if `data` cannot be serialised, or is nothing
 * @see docs/protocol.md#streams
 */
export function serializeItem(id: RequestId, seq: number, data: unknown): string {
  const text = jsonText(data);
  if (text === undefined) throw new TypeError(noJsonForm(data));
  return `${headText(2, id)},"seq":${seq},"data":${text},"continues":true}\n`;
}

/** What a draining server tells each of its clients. @see docs/protocol.md#stopping */
export function serializeGoAway(message: string): string {
  return `{"ipcReqID":null,"code":"unavailable","goaway":true,"message":${JSON.stringify(message)}}\n`;
}

/** What a connection is told that is not let in, of whichever version its peer is. @see docs/protocol.md#bad-input */
export function serializeRefusal({ code, message }: WireError): string {
  const pair = `"code":${JSON.stringify(code)},"message":${JSON.stringify(message)}`;
  return `{"ipcReqID":null,${pair},"refused":true,"data":{${pair}}}\n`;
}

/**
 * An error → frame. Version 1 has both shapes of the original: its Node client reads the pair in `data`, its PHP client
 * too, and newer clients the top level. Only version 2 carries `details`, `retryAfter` and `goaway`; a `retryAfter` that is
 * no finite number of at least 0 is left out.
 *
 * @throws TypeError or RangeError if `details` cannot be serialised (version 2 only)
 * @see docs/protocol.md#errors
 */
export function serializeError({ version, id }: ReplyHead, error: WireError): string {
  const pair = `"code":${JSON.stringify(error.code.toWellFormed())},"message":${JSON.stringify(error.message.toWellFormed())}`;
  if (version === 1) return `${headText(version, id)},${pair},"data":{${pair}}}\n`;
  const details = error.details === undefined ? undefined : jsonText(error.details);
  const retryAfter = amountMember('retryAfter', error.retryAfter);
  const goaway = error.goaway ? ',"goaway":true' : '';
  return `${headText(version, id)},${pair}${details === undefined ? '' : `,"details":${details}`}${retryAfter}${goaway}}\n`;
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
  /** An item's place in its stream; undefined on any other reply. */
  readonly seq: number | undefined;
  /** Whether more replies to the same request follow. */
  readonly continues: boolean;
  /** The server is stopping: what comes after needs another connection. On an error reply: the request was not executed. */
  readonly goaway: boolean;
  /** The whole object as it came. */
  readonly message: Message;
}

/** Frame text → reply, or a fault. Never throws. */
export function parseReply(text: string, maxJsonDepth: number): ReplyEnvelope | MessageFault {
  const message = parseMessage(text, maxJsonDepth);
  if (message instanceof MessageFault) return message;
  const { v, ipcReqID, data, code, seq, continues, goaway } = message;
  const version = v === 2 ? 2 : 1;
  // Without this the error would pass for a reply without data. Version 1 hands such a reply to its user, as the original's.
  if (version === 2 && code !== undefined && typeof code !== 'string') {
    return new MessageFault('parse_error', `a reply's code is ${JSON.stringify(code)}; it must be a string`);
  }
  return {
    version,
    id: typeof ipcReqID === 'string' || typeof ipcReqID === 'number' ? ipcReqID : null,
    data,
    error: typeof code === 'string' ? wireErrorOf(code, message) : undefined,
    seq: version === 2 && typeof seq === 'number' ? seq : undefined,
    continues: version === 2 && continues === true,
    goaway: goaway === true,
    message,
  };
}

function wireErrorOf(code: string, { v, message, details, retryAfter, refused }: Message): WireError {
  const pair = {
    code,
    message: typeof message === 'string' ? message : code,
    ...(refused === true && { refused: true as const }),
  };
  if (v !== 2) return pair;
  return {
    ...pair,
    ...(details === undefined ? {} : { details }),
    ...(isAmount(retryAfter) ? { retryAfter } : {}),
  };
}
