// How JSON.stringify writes a lone surrogate begins so; so does, rarely, text that holds a backslash and `ud`.
const LONE_SURROGATE_MARK = '\\ud';
// Every escape, so that an escaped backslash never lends its second half to what follows it.
const ESCAPE = /\\(?:ud[89a-f][0-9a-f]{2}|.)/g;

/**
 * Data → JSON text that every peer can read, or undefined where JSON has nothing for it (undefined, a function).
 * Lone surrogates, which PHP refuses a whole message for, become U+FFFD.
 *
 * @throws TypeError if data is circular, holds a BigInt, or a `toJSON` throws; RangeError if it is nested too deep
 */
export function jsonText(data: unknown): string | undefined {
  const text = JSON.stringify(data) as string | undefined;
  if (!text?.includes(LONE_SURROGATE_MARK)) return text;
  return text.replace(ESCAPE, (escape) => (escape.startsWith(LONE_SURROGATE_MARK) ? '\ufffd' : escape));
}

/** What is wrong with data of which {@link jsonText} makes nothing. */
export function noJsonForm(data: unknown): string {
  if (data === undefined) return 'JSON has no form for nothing';
  // An object has one unless its toJSON takes it away.
  return `JSON has no form for ${typeof data === 'object' ? 'an object whose toJSON gives none' : `a ${typeof data}`}`;
}
