/** A wrong option, found before anything is started. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
  constructor(
    readonly option: string,
    /** What is wrong and what to write instead, without the option's name. */
    readonly reason: string,
  ) {
    super(`${option} ${reason}`);
  }
}

/** How much of a wrong value a message shows, in UTF-16 units. */
const MAX_SHOWN = 200;

/** A wrong value as messages show it: JSON, where that says what it is. */
export function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'symbol') return value.toString();
  if (typeof value !== 'object' && typeof value !== 'string') return `${value as number}`;
  try {
    return JSON.stringify(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
