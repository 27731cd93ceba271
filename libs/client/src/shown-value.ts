import { inspect } from 'node:util';

/** Any value as a message shows it, whoever passed it: short, on one line, and never a throw. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return inspect(value, { depth: 0, breakLength: Infinity, compact: true, maxArrayLength: 3, customInspect: false });
}
