import { isPlainText } from './plain-text';

/** Text from here on is looked through for escapes; below, `JSON.stringify` is as fast. */
const LONG_CHARS = 256;
/** How deep long text is looked for: in a member's member's member. */
const LEVELS = 3;
/** How many members of each are looked at: data that has long text mostly shows it at once. */
const LOOKS = 4;
/** A key that JSON writes as it is. */
const PLAIN_KEY = /^[ !#-[\]-~]{0,64}$/;
// How JSON.stringify writes a lone surrogate begins so; so does, rarely, text that holds a backslash and `ud`.
const LONE_SURROGATE_MARK = '\\ud';
// Every escape, so that an escaped backslash never lends its second half to what follows it.
const ESCAPE = /\\(?:ud[89a-f][0-9a-f]{2}|.)/g;

type PlainObject = Readonly<Record<string, unknown>>;

/**
 * Data → JSON text as {@link wellFormedJson} writes it. Long text in plain objects and arrays is put in as it is where it
 * needs no escape; everything else `JSON.stringify` writes, in as few pieces as may be.
 * A getter may be read more than once.
 *
 * @throws What `JSON.stringify` throws
 */
export function longTextJson(data: unknown): string | undefined {
  return hasLongText(data, LEVELS) ? textOf(data, LEVELS) : wellFormedJson(data);
}

/**
 * Data → JSON text as `JSON.stringify` writes it, save that lone surrogates become U+FFFD; undefined where JSON has
 * nothing for the data.
 *
 * @throws What `JSON.stringify` throws
 */
export function wellFormedJson(data: unknown): string | undefined {
  const text = JSON.stringify(data) as string | undefined;
  if (!text?.includes(LONE_SURROGATE_MARK)) return text;
  return text.replace(ESCAPE, (escape) => (escape.startsWith(LONE_SURROGATE_MARK) ? '\ufffd' : escape));
}

/** Of what {@link hasLongText}. */
function textOf(data: unknown, levels: number): string {
  if (typeof data === 'string') return isPlainText(data) ? `"${data}"` : String(wellFormedJson(data));
  return Array.isArray(data) ? arrayText(data, levels - 1) : objectText(data as PlainObject, levels - 1);
}

function objectText(object: PlainObject, levels: number): string {
  let text = '';
  let others: Record<string, unknown> | undefined;
  for (const key of Object.keys(object)) {
    // It would become the prototype of `others`.
    if (key === '__proto__') return String(wellFormedJson(object));
    const member = object[key];
    if (hasLongText(member, levels)) {
      if (others) text = listed(text, membersOf(others));
      others = undefined;
      const keyText = PLAIN_KEY.test(key) ? `"${key}"` : String(wellFormedJson(key));
      text = listed(text, `${keyText}:${textOf(member, levels)}`);
    } else {
      (others ??= {})[key] = member;
    }
  }
  if (others) text = listed(text, membersOf(others));
  return `{${text}}`;
}

function arrayText(array: readonly unknown[], levels: number): string {
  let text = '';
  let others: unknown[] = [];
  for (const member of array) {
    if (hasLongText(member, levels)) {
      if (others.length > 0) text = listed(text, membersOf(others));
      others = [];
      text = listed(text, textOf(member, levels));
    } else if (asksForIndex(member)) {
      return String(wellFormedJson(array));
    } else {
      others.push(member);
    }
  }
  if (others.length > 0) text = listed(text, membersOf(others));
  return `[${text}]`;
}

/** Whether data is long text, or a plain object or array that shows some within `levels`. */
function hasLongText(data: unknown, levels: number): boolean {
  if (typeof data === 'string') return data.length >= LONG_CHARS;
  if (levels === 0 || typeof data !== 'object' || data === null || !isPlain(data)) return false;
  let looks = 0;
  if (Array.isArray(data)) {
    for (; looks < data.length && looks < LOOKS; looks++) if (hasLongText(data[looks], levels - 1)) return true;
    return false;
  }
  for (const key in data) {
    if (hasLongText((data as PlainObject)[key], levels - 1)) return true;
    if (++looks === LOOKS) return false;
  }
  return false;
}

/** Whether JSON writes it member by member, and has nothing else to ask it for. */
function isPlain(data: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(data);
  const isKnown = prototype === Object.prototype || prototype === Array.prototype;
  return isKnown && (data as { readonly toJSON?: unknown }).toJSON === undefined;
}

/** Whether JSON calls a method of it with the place where it stands, which it has in its array alone. */
function asksForIndex(member: unknown): boolean {
  return (member as { readonly toJSON?: unknown } | null | undefined)?.toJSON !== undefined;
}

/** What stands between the brackets. */
function membersOf(others: Readonly<Record<string, unknown>> | readonly unknown[]): string {
  return String(wellFormedJson(others)).slice(1, -1);
}

function listed(text: string, more: string): string {
  return text === '' ? more : more === '' ? text : `${text},${more}`;
}
