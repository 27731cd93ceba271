import type { FrameFault } from '../frame/frame-decoder';
import type { EnvelopeLimits } from '../limits';
import { parseCallTerms, VERSION_1_TERMS, type CallTerms } from './call-terms';
import { MessageFault, parseMessage, type Message } from './message';
import type { ProtocolVersion, RequestId } from './version';

/** A request as the server takes it in. */
export interface RequestEnvelope {
  readonly version: ProtocolVersion;
  readonly id: RequestId;
  /** Non-empty, within `maxUriBytes`. */
  readonly uri: string;
  /** The whole object as it came, unknown keys included: what a handler of the original's API is given. */
  readonly message: Message;
  readonly terms: CallTerms;
}

/** What to answer to a frame that is no request, and under which id. */
export class RequestFault {
  constructor(
    readonly version: ProtocolVersion,
    readonly id: RequestId,
    readonly code: 'parse_error' | 'invalid_request' | 'no_uri' | 'message_too_large',
    readonly message: string,
  ) {}
}

/** Frame text → request, or what to answer instead. Never throws. @see docs/protocol.md#requests */
export function parseRequest(text: string, limits: EnvelopeLimits): RequestEnvelope | RequestFault {
  const message = parseMessage(text, limits.maxJsonDepth);
  if (message instanceof MessageFault) {
    // What is too deep is a request all the same, and says whose; what is not JSON says nothing that can be trusted.
    const { version, id } = message.code === 'parse_error' ? NOBODY : requestHead(text);
    return new RequestFault(version, id, message.code, message.message);
  }

  const { v, ipcReqID, uri } = message;
  const version = v === 2 ? 2 : 1;
  if (!isRequestId(ipcReqID, limits.maxIdBytes)) {
    const rule = `ipcReqID must be a string of at most ${limits.maxIdBytes} bytes or a number`;
    return new RequestFault(version, null, 'invalid_request', rule);
  }
  const id = ipcReqID ?? null;
  if (v !== undefined && v !== 2) {
    return new RequestFault(1, id, 'invalid_request', 'v must be 2, or absent for version 1');
  }
  if (uri === undefined || uri === null || uri === '') {
    return new RequestFault(version, id, 'no_uri', 'Missing required uri parameter from request');
  }
  if (typeof uri !== 'string') {
    return new RequestFault(version, id, 'invalid_request', `uri must be a string, not ${jsonType(uri)}`);
  }
  if (isOver(uri, limits.maxUriBytes)) {
    const rule = `uri is over ${limits.maxUriBytes} bytes; raise max_uri_bytes or move data out of it`;
    return new RequestFault(version, id, 'invalid_request', rule);
  }
  if (version === 1) return { version, id, uri, message, terms: VERSION_1_TERMS };
  const terms = parseCallTerms(message, limits);
  if (typeof terms === 'string') return new RequestFault(version, id, 'invalid_request', terms);
  return { version, id, uri, message, terms };
}

/** What to answer to a frame that the decoder refused: a frame over the limit is answered under its own id if it shows. */
export function requestFaultOf(fault: FrameFault): RequestFault {
  const { version, id } = fault.code === 'message_too_large' ? requestHead(fault.head) : NOBODY;
  return new RequestFault(version, id, fault.code, fault.message);
}

const NOBODY = { version: 1, id: null } as const;
// `v` and `ipcReqID` stand first in what every client of the project and the original sends. ASCII only: a head is cut
// anywhere and decoded as Latin-1.
const HEAD = /^\s*\{\s*(?:"v"\s*:\s*(2)\s*,\s*)?"ipcReqID"\s*:\s*("[ !#-[\]-~]{1,256}"|-?\d{1,15})\s*[,}]/;

/**
 * Version and id by the look of a frame's beginning; nobody's where it does not begin with them. For a frame that cannot
 * be read as a whole, a request as well as a reply.
 */
export function requestHead(head: string): { version: ProtocolVersion; id: RequestId } {
  const [, version, id] = HEAD.exec(head) ?? [];
  if (id === undefined) return NOBODY;
  return { version: version === undefined ? 1 : 2, id: id.startsWith('"') ? id.slice(1, -1) : Number(id) };
}

/**
 * Whether a frame's text may be a version 2 request; false where it certainly is none. For a frame that waits unread: only
 * a version 2 request can be cancelled, or end, while it does.
 */
export function mayBeVersion2(text: string): boolean {
  // The key, or, as JSON allows, the key with an escaped letter.
  return text.includes('"v"') || text.includes('\\u0076');
}

function isRequestId(id: unknown, maxBytes: number): id is string | number | null | undefined {
  if (typeof id === 'string') return !isOver(id, maxBytes);
  return id === undefined || id === null || Number.isFinite(id);
}

/** Whether `text` is over `maxBytes` as UTF-8, counted only where its length leaves a doubt. */
function isOver(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes);
}

function jsonType(value: unknown): string {
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
