import { printableText } from '@pixl-ipc/protocol';

/** How much of an error's text a log line takes, in UTF-16 units. */
const MAX_CHARS = 4_096;

/** What a log line says of anything thrown: its text, which may hold a stranger's, and never an object's content. */
export function thrownText(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return printableText(thrown.stack ?? String(thrown), MAX_CHARS);
    if (typeof thrown === 'string') return printableText(thrown, MAX_CHARS);
    return `${Object.prototype.toString.call(thrown)} was thrown; throw an Error to see more`;
  } catch {
    return 'what was thrown cannot be looked at; throw an Error to see more';
  }
}
