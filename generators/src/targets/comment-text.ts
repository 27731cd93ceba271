/** What breaks a line in some language. */
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;
/** What nobody sees, and what turns text around. */
const INVISIBLE = /\p{C}/gu;
const WIDTH = 110;

/**
 * Any text as the lines of a comment in a language of C's family. It cannot end the comment, be it a block or a line, and
 * nothing in it is taken for a tag; what is invisible is written as its code point.
 *
 * @param width Where lines are broken between words.
 */
export function commentLines(text: string, width = WIDTH): string[] {
  return text
    .trim()
    .split(LINE_BREAK)
    .flatMap((line) => wrapped(harmless(line.trimEnd()), width));
}

function harmless(line: string): string {
  return line
    .replaceAll('\t', ' ')
    .replace(INVISIBLE, codePoint)
    .replaceAll('*/', '*\\/')
    .replaceAll('?>', '?\\>')
    .replace(/(?<![\p{L}\p{N}_])@/gu, '\\@');
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function wrapped(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const before = rest.lastIndexOf(' ', width);
    const end = rest.slice(0, Math.max(before, 0)).trim() === '' ? rest.indexOf(' ', width) : before;
    if (end < 0) break;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return [...lines, rest];
}
