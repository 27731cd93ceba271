const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether `text` has more than `max` of `char`; stops counting there. */
function hasMoreThan(text: string, char: string, max: number): boolean {
  let count = 0;
  for (let at = text.indexOf(char); at !== -1; at = text.indexOf(char, at + 1)) {
    if (++count > max) return true;
  }
  return false;
}

/** Index of the quote that ends the string whose opening quote stands at `open`, or -1. */
function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}

/**
 * Whether JSON text nests arrays and objects deeper than `maxDepth`, found without parsing and without recursion.
 * Text that is not JSON gives any answer; the parser says what is wrong with it.
 *
 * @see docs/protocol.md#limits
 */
export function exceedsDepth(text: string, maxDepth: number): boolean {
  // Each level costs an opening and a closing bracket; text this short cannot be too deep, and most frames are.
  if (text.length < 2 * (maxDepth + 1)) return false;
  // Few brackets in all, wherever they stand: the usual case, found at the speed of indexOf.
  const half = maxDepth >> 1;
  if (!hasMoreThan(text, '{', half) && !hasMoreThan(text, '[', maxDepth - half)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = closingQuote(text, at);
      if (at === -1) return false;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
  return false;
}
