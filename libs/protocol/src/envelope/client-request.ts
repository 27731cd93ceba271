import type { CallTerms } from './call-terms';
import { jsonText } from './json-text';

/** What a client says of itself; a server shows it in logs and never trusts it. */
export interface ClientClaim {
  readonly pid: number;
  readonly userAgent: string;
}

/** The {@link CallTerms} that a caller has something to say of. */
export type RequestTerms = { readonly [Term in keyof CallTerms]?: CallTerms[Term] | undefined };

/**
 * Requests of one client → frames, version 1. What every request repeats is serialised once.
 *
 * `dataText` is the data as {@link jsonText} has it, undefined for none: a request may have to wait, or to be sent again
 * under another id, and what it says was settled when it was made.
 *
 * @see docs/protocol.md#requests
 */
export function createRequestSerializer(
  claim: ClientClaim,
): (id: string, uri: string, dataText: string | undefined) => string {
  const tail = `${claimText(claim)}}\n`;
  return (id, uri, dataText) => `{"ipcReqID":${JSON.stringify(id)}${bodyText(uri, dataText)}${tail}`;
}

/**
 * The same in version 2. Terms that are left out are not sent, and neither is what the server takes for granted.
 *
 * Version and id come first: a server that cannot read the whole frame, or lets it wait unread, knows the call by them.
 */
export function createTermedRequestSerializer(
  claim: ClientClaim,
): (id: string, uri: string, dataText: string | undefined, terms: RequestTerms) => string {
  const tail = `${claimText(claim)}}\n`;
  return (id, uri, dataText, terms) =>
    `{"v":2,"ipcReqID":${JSON.stringify(id)}${bodyText(uri, dataText)}${termsText(terms)}${tail}`;
}

function claimText({ pid, userAgent }: ClientClaim): string {
  return `,"pid":${pid},"userAgent":${JSON.stringify(userAgent.toWellFormed())}`;
}

function bodyText(uri: string, dataText: string | undefined): string {
  const head = `,"uri":${JSON.stringify(uri.toWellFormed())}`;
  return dataText === undefined ? head : `${head},"data":${dataText}`;
}

function termsText({ timeoutMs, oneway, more, credit, meta, contract }: RequestTerms): string {
  let text = '';
  if (timeoutMs !== undefined) text += `,"timeout":${timeoutMs}`;
  if (oneway) text += ',"oneway":true';
  if (more) text += credit === undefined ? ',"more":true' : `,"more":true,"credit":${credit}`;
  if (meta !== undefined) text += `,"meta":${jsonText(meta) ?? '{}'}`;
  if (contract !== undefined) text += `,"contract":${JSON.stringify(contract)}`;
  return text;
}
