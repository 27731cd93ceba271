// Control characters (C0, DEL, C1), line separators and bidirectional overrides: what could forge or hide a log line.
// eslint-disable-next-line no-control-regex -- finding control characters is the purpose
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\\]/g;

/**
 * A caller's text made safe for a log line: control characters are escaped as `\xHH` or `\uHHHH`, a backslash is
 * doubled, and what is longer than `maxLength` UTF-16 units is cut and ends in `…`.
 */
export function printableText(text: string, maxLength = 256): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(UNPRINTABLE, (char) => {
    if (char === '\\') return '\\\\';
    const code = char.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
