/** What code is made of. White space is between tokens, and means nothing. */
const TOKEN =
  /\/\/[^\n]*|\/\*[^]*?\*\/|`(?:\\[^]|[^`\\])*`|'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"|[\p{L}\p{N}_$]+|=>|\+\+|--|[^\s]/gu;
const COMMENT = /^\/[/*]/;
const QUOTED = /^(['"])([^]*)\1$/;
const WORD = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
/** Behind these begins an expression or a type, which may have a `|` in front or parentheses around it. */
const OPENERS: ReadonlySet<string> = new Set(['=', ':', '(', '<', ',', '[', '=>', 'return']);
/** Before these ends one: before what closes or parts, and before a word that is no operator. */
const CLOSER = /^(?:$|[,;)\]}]|(?!(?:as|extends|in|instanceof|is|satisfies)$)[\p{L}_$])/u;

/**
 * What TypeScript or PHP says beside its layout: equal for two texts that differ only in space, in the kind of quotes, and
 * in punctuation that a formatter adds and takes away: commas before a bracket that closes, and in TypeScript semicolons,
 * the `|` before a union's first member, parentheses around an arrow function's only parameter or a whole expression.
 */
export function codeMeaning(text: string): string {
  const tokens = text.match(TOKEN) ?? [];
  const code = tokens.filter((token) => !COMMENT.test(token));
  const said = text.startsWith('<?php') ? phpMeaning(code) : typeScriptMeaning(code);
  let at = 0;
  return tokens
    .map((token) => (COMMENT.test(token) ? token.replace(/\s+/g, ' ').trim() : (said[at++] ?? '')))
    .filter((meaning) => meaning !== '')
    .join('\n');
}

/** What each token says, '' for nothing. Quotes mean something in PHP where an escape or a variable is between them. */
function phpMeaning(code: readonly string[]): string[] {
  return code.map((token, index) => {
    if (token === ',' && isClosing(code[index + 1])) return '';
    return /[\\$]/.test(token) ? token : inDoubleQuotes(token);
  });
}

/** What each token says, '' for nothing. */
function typeScriptMeaning(code: readonly string[]): string[] {
  const parentheses = new Set(code.flatMap((_, index) => optionalParentheses(code, index)));
  return code.map((token, index) => {
    const [before = '', after = ''] = [code[index - 1], code[index + 1]];
    const isOptional =
      parentheses.has(index) ||
      (token === ';' && before !== 'return') ||
      (token === ',' && isClosing(after)) ||
      (token === '|' && OPENERS.has(before));
    if (isOptional) return '';
    const isKey = after === ':' || (after === '?' && code[index + 2] === ':');
    return isKey && before !== '?' ? withoutQuotes(token) : inDoubleQuotes(token);
  });
}

/** Where the parenthesis at `open` and its other one are, if they may be left out. */
function optionalParentheses(code: readonly string[], open: number): number[] {
  if (code[open] !== '(') return [];
  const close = closing(code, open);
  const [before = '', first = '', after = ''] = [code[open - 1], code[open + 1], code[close + 1]];
  const isOnlyParameter = after === '=>' && close === open + 2 && WORD.test(first);
  const isWhole = OPENERS.has(before) && CLOSER.test(after) && first !== '{' && close > open + 1;
  return isOnlyParameter || isWhole ? [open, close] : [];
}

/** Where what opens at `open` closes. */
function closing(code: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (/^[([{]$/.test(code[at] ?? '')) depth += 1;
    else if (/^[)\]}]$/.test(code[at] ?? '')) depth -= 1;
    if (depth === 0) return at;
  }
  return code.length;
}

function isClosing(token: string | undefined): boolean {
  return /^[)\]}>]$/.test(token ?? '');
}

function withoutQuotes(token: string): string {
  const text = QUOTED.exec(token)?.[2] ?? '';
  return WORD.test(text) ? text : inDoubleQuotes(token);
}

function inDoubleQuotes(token: string): string {
  const text = QUOTED.exec(token)?.[2];
  return text === undefined ? token : `"${text.replace(/\\(["'])/g, '$1')}"`;
}
