/**
 * One piece of TypeScript or JavaScript: a comment, a string, a template (with at most one more inside), a word, or any
 * other character. A regular expression is told from a division by what stands before it, {@link REGEXP_MAY_FOLLOW}.
 */
const PIECE =
  /\/\*[^]*?\*\/|\/\/.*|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|`(?:\\[^]|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}|[^\\`])*`|[\w$]+|\s+|[^]/y;
const REGEXP = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/y;
const REGEXP_MAY_FOLLOW = /^(?:[^\w$)\]}"'`]|return|typeof|case|in|of|void|await|yield|new|delete|instanceof)$/;

/** A piece that is no comment and no white space, with the doc comment right before it. */
interface Token {
  readonly text: string;
  readonly doc: string | undefined;
}

/**
 * The text of the doc comment above a file's default export, or above what it exports by its name. Undefined where there
 * is none. Reads the text of the source and nothing else: a compiler would have to be installed.
 */
export function docCommentOfDefaultExport(source: string): string | undefined {
  const tokens = tokensOf(source);
  const at = tokens.findIndex(({ text }, index) => text === 'export' && tokens[index + 1]?.text === 'default');
  if (at === -1) return undefined;
  const doc = tokens[at]?.doc ?? docOfDeclaration(tokens, tokens[at + 2]?.text);
  return doc === undefined ? undefined : textOf(doc);
}

function docOfDeclaration(tokens: readonly Token[], name: string | undefined): string | undefined {
  const at = tokens.findIndex(({ text }, index) => text === 'const' && tokens[index + 1]?.text === name);
  const before = tokens[at - 1];
  return tokens[at]?.doc ?? (before?.text === 'export' ? before.doc : undefined);
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let doc: string | undefined;
  for (let at = 0; at < source.length;) {
    const text = pieceAt(source, at, tokens.at(-1)?.text);
    at += text.length;
    if (text.startsWith('/**') && text.length > 4) doc = text;
    else if (!/^(?:\s|\/[*/])/.test(text)) {
      tokens.push({ text, doc });
      doc = undefined;
    }
  }
  return tokens;
}

function pieceAt(source: string, at: number, before: string | undefined): string {
  const piece = matchAt(PIECE, source, at) ?? source.charAt(at);
  if (piece !== '/' || (before !== undefined && !REGEXP_MAY_FOLLOW.test(before))) return piece;
  return matchAt(REGEXP, source, at) ?? piece;
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** A doc comment without its stars, up to its first tag. */
function textOf(comment: string): string | undefined {
  const lines = comment
    .slice(3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const tag = lines.findIndex((line) => /^\s*@\w/.test(line));
  const text = lines
    .slice(0, tag === -1 ? lines.length : tag)
    .join('\n')
    .trim();
  return text === '' ? undefined : text;
}
