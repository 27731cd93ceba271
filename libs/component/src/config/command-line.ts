/**
 * What pixl-server's command line makes of values: numbers of digits, true of a key without a value, a list of a key that
 * is repeated, and text of all else. Where text or number can mean but one thing, it is taken for that.
 */

/** `true` and `false` as they are typed → booleans; all else as it is. */
export function typedFlag(value: unknown): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

/** One number → a list of it; all else as it is. */
export function typedList(value: unknown): unknown {
  return typeof value === 'number' ? [value] : value;
}
