import { amountMember } from './amount';
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
  const uriText = latestOf(uriMember);
  return (id, uri, dataText) => `{"ipcReqID":${JSON.stringify(id)}${uriText(uri)}${dataMember(dataText)}${tail}`;
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
  const uriText = latestOf(uriMember);
  const contractText = latestOf((contract) => `,"contract":${JSON.stringify(contract)}`);
  return (id, uri, dataText, terms) => {
    const contract = terms.contract === undefined ? '' : contractText(terms.contract);
    return `{"v":2,"ipcReqID":${JSON.stringify(id)}${uriText(uri)}${dataMember(dataText)}${termsText(terms)}${contract}${tail}`;
  };
}

function claimText({ pid, userAgent }: ClientClaim): string {
  return `${amountMember('pid', pid)},"userAgent":${JSON.stringify(userAgent.toWellFormed())}`;
}

function uriMember(uri: string): string {
  return `,"uri":${JSON.stringify(uri.toWellFormed())}`;
}

function dataMember(dataText: string | undefined): string {
  return dataText === undefined ? '' : `,"data":${dataText}`;
}

/** Makes text once where the same is asked for again and again, as most clients do. */
function latestOf(make: (key: string) => string): (key: string) => string {
  let latest: string | undefined;
  let text: string | undefined;
  return (key) => {
    if (text !== undefined && key === latest) return text;
    text = make(key);
    latest = key;
    return text;
  };
}

function termsText({ timeoutMs, oneway, more, credit, meta }: RequestTerms): string {
  let text = '';
  if (timeoutMs !== undefined) text += amountMember('timeout', timeoutMs);
  if (oneway) text += ',"oneway":true';
  if (more) text += `,"more":true${amountMember('credit', credit)}`;
  if (meta !== undefined) text += `,"meta":${jsonText(meta) ?? '{}'}`;
  return text;
}
