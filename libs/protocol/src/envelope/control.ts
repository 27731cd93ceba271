import { CREDIT_RULE, isCredit } from './call-terms';
import type { RequestEnvelope } from './request';

/** Where a caller gives one of its calls up: `{id}`, or `{id, expired: true}` where its time is over. @see docs/protocol.md#control */
export const CANCEL_URI = '/ipcserver/cancel';
/** Where a caller grants a stream more credit: `{id, n}`. @see docs/protocol.md#control */
export const CREDIT_URI = '/ipcserver/credit';

/** What a caller says about an earlier call of the same connection. */
export type Control =
  | { readonly kind: 'cancel'; readonly id: string | number; readonly expired: boolean }
  | { readonly kind: 'credit'; readonly id: string | number; readonly n: number };

/** Whether a request is about another one: it acts at once and counts against no cap. */
export function isControl({ version, uri }: RequestEnvelope): boolean {
  return version === 2 && (uri === CANCEL_URI || uri === CREDIT_URI);
}

/** What a control request says, or what is wrong with its data. */
export function parseControl({ uri, message }: RequestEnvelope): Control | string {
  const { data } = message;
  const fields: { id?: unknown; n?: unknown; expired?: unknown } =
    typeof data === 'object' && data !== null ? data : {};
  const { id, n, expired } = fields;
  if (!(typeof id === 'string' || Number.isFinite(id))) return '/id: expected the ipcReqID of a call';
  if (uri === CANCEL_URI) return { kind: 'cancel', id: id as string | number, expired: expired === true };
  if (!isCredit(n)) return `/n: ${CREDIT_RULE}`;
  return { kind: 'credit', id: id as string | number, n };
}
