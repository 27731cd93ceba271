/** As clients write times: in UTC, to the millisecond. */
const WRITTEN = ['2026-01-31T23:59:59.123Z', '2024-02-29T00:00:00.000Z'];
const WITHOUT_ZONE = '2026-01-31T23:59:59.123';

interface TimeSchema {
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/**
 * Whether a string is an instant, for languages that have a type for it: it says `date-time`, takes what clients write, and
 * is never without a zone. With any other precision, or as a local time, it stays the text that it is.
 */
export function isInstantSchema(schema: object): boolean {
  const { format, pattern, minLength = 0, maxLength = Infinity } = schema as TimeSchema;
  if (format !== 'date-time') return false;
  const isAsLong = WRITTEN.every(({ length }) => length >= minLength && length <= maxLength);
  if (!isAsLong || pattern === undefined) return isAsLong;
  const expression = regExpOf(pattern);
  return expression !== undefined && WRITTEN.every((time) => expression.test(time)) && !expression.test(WITHOUT_ZONE);
}

/** Undefined where the pattern is for another dialect. */
function regExpOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}
