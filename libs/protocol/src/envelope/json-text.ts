// What JSON.stringify writes for a lone surrogate, and, rarely, for text that holds a backslash and `ud`.
const LONE_SURROGATE_MARK = '\\ud';

/**
 * Data → JSON text that every peer can read, or undefined where JSON has nothing for it (undefined, a function).
 * Lone surrogates, which PHP refuses a whole message for, become U+FFFD.
 *
 * @throws TypeError if data is circular, holds a BigInt, or a `toJSON` throws; RangeError if it is nested too deep
 */
export function jsonText(data: unknown): string | undefined {
  const text = JSON.stringify(data) as string | undefined;
  if (text?.includes(LONE_SURROGATE_MARK)) {
    return JSON.stringify(data, (_key, value: unknown) => wellFormed(value));
  }
  return text;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  if (keys.every((key) => key.isWellFormed())) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), member]));
}
