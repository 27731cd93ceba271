import type { Message } from './message';

/** How a caller wants its request served: what version 2 adds to one. @see docs/protocol.md#requests */
export interface CallTerms {
  /** Milliseconds the caller will still wait, from when its request is read; undefined where it did not say. */
  readonly timeoutMs: number | undefined;
  /** The caller wants no reply. */
  readonly oneway: boolean;
  /** The caller accepts a stream. */
  readonly more: boolean;
  /** How many items of a stream may be sent before the caller grants more. */
  readonly credit: number;
  /** The caller's own words about the call. Without a prototype: the keys are a stranger's. */
  readonly meta: Readonly<Record<string, string>>;
  /** Hash of the endpoint's contract that the caller was made from. */
  readonly contract: string | undefined;
}

/** Credit of a caller that accepts a stream and does not say how much of it. */
export const DEFAULT_CREDIT = 64;
/** Most credit that one message may grant. */
export const MAX_CREDIT = 1_000_000;
/** Longest `contract`, in UTF-16 units: ours have 12. */
const MAX_HASH_CHARS = 64;

const NO_META: CallTerms['meta'] = Object.freeze(Object.create(null) as Record<string, string>);

/** The terms of a version 1 request, which has no way to say any. */
export const VERSION_1_TERMS: CallTerms = Object.freeze({
  timeoutMs: undefined,
  oneway: false,
  more: false,
  credit: 0,
  meta: NO_META,
  contract: undefined,
});

/** The terms in a version 2 request, or what is wrong with them. */
export function parseCallTerms(
  { timeout, oneway, more, credit, meta, contract }: Message,
  { maxMetaBytes }: { readonly maxMetaBytes: number },
): CallTerms | string {
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0 && Number.isFinite(timeout))) {
    return 'timeout must be milliseconds, 0 or more';
  }
  if (oneway !== undefined && typeof oneway !== 'boolean') return 'oneway must be true or false';
  if (more !== undefined && typeof more !== 'boolean') return 'more must be true or false';
  if (oneway === true && more === true) return 'oneway wants no reply and more wants many; send one of them';
  if (credit !== undefined && !isCredit(credit)) return CREDIT_RULE;
  if (contract !== undefined && !(typeof contract === 'string' && contract.length <= MAX_HASH_CHARS)) {
    return `contract must be a hash of at most ${MAX_HASH_CHARS} characters`;
  }
  const metaMap = meta === undefined ? NO_META : readMeta(meta, maxMetaBytes);
  if (!metaMap) return `meta must map strings to strings, at most ${maxMetaBytes} bytes of JSON`;
  return {
    timeoutMs: timeout,
    oneway: oneway ?? false,
    more: more ?? false,
    credit: more === true ? (credit ?? DEFAULT_CREDIT) : 0,
    meta: metaMap,
    contract,
  };
}

/** What {@link isCredit} asks for, as an answer to who did not keep to it. */
export const CREDIT_RULE = `credit must be a whole number from 0 to ${MAX_CREDIT}`;

/** Whether `credit` is an amount that one message may grant. */
export function isCredit(credit: unknown): credit is number {
  return Number.isInteger(credit) && (credit as number) >= 0 && (credit as number) <= MAX_CREDIT;
}

function readMeta(meta: unknown, maxBytes: number): CallTerms['meta'] | undefined {
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) return undefined;
  if (!Object.values(meta).every((value) => typeof value === 'string')) return undefined;
  const text = JSON.stringify(meta);
  if (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes) return undefined;
  return Object.assign(Object.create(null) as Record<string, string>, meta);
}
