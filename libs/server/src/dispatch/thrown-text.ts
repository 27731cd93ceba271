import { printableText } from '@pixl-ipc/protocol';

/** How much of an error's text a log line takes, in UTF-16 units. */
const MAX_CHARS = 4_096;

/** What a log line says of anything thrown: its text, which may hold a stranger's, and never an object's content. */
export function thrownText(thrown: unknown): string {
  try {
    return printableText(textOf(thrown), MAX_CHARS);
  } catch {
    return 'what was thrown cannot be looked at; throw an Error to see more';
  }
}

function textOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  if (!(thrown instanceof Error)) {
    return `${Object.prototype.toString.call(thrown)} was thrown; throw an Error to see more`;
  }
  // Typed as text, but whoever throws may have put anything there.
  const stack: unknown = thrown.stack;
  return typeof stack === 'string' ? stack : String(thrown);
}
