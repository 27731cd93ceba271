import type { DocsModel } from '../../model/docs';
import { asCode, code, type Code } from '../code';
import { commentLines } from '../comment-text';

/** A tag of a docblock: its code, `param int $qty`, and what is said about it. */
export interface Tag {
  readonly head: Code;
  readonly text?: string;
}

/** A docblock of any text; undefined where there is nothing to say. Tags follow a blank line. */
export function docBlock(paragraphs: readonly string[], tags: readonly Tag[], indent: '' | '    '): Code | undefined {
  const text = paragraphs.flatMap((paragraph) => commentLines(paragraph));
  const tagged = tags.flatMap(tagLines);
  const lines = [...text, ...(text.length > 0 && tagged.length > 0 ? [''] : []), ...tagged];
  const [first] = lines;
  if (first === undefined) return undefined;
  if (lines.length === 1) return asCode(`/** ${first} */`);
  return asCode(['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'].join(`\n${indent}`));
}

/** What a schema says to people, in paragraphs. */
export function docsText({ description, limits, default: preset, examples }: DocsModel): string[] {
  return [
    ...(description === undefined ? [] : [description]),
    ...sentence(limits.join(', ')),
    ...(preset === undefined ? [] : [`Default: ${preset}.`]),
    ...(examples.length === 0 ? [] : [`Such as ${examples.join(', ')}.`]),
  ];
}

/** The tag of something that is not to be used any more. */
export function deprecation({ deprecated }: DocsModel): Tag[] {
  return deprecated ? [{ head: code`deprecated` }] : [];
}

/** Any text as words of a comment of the template's own, on one line. */
export function commentWords(text: string): Code {
  return asCode(commentLines(text, Infinity).join(' '));
}

function tagLines({ head, text = '' }: Tag): string[] {
  const [first = '', ...rest] = commentLines(text);
  return [`@${head} ${first}`.trimEnd(), ...rest.map((line) => `  ${line}`)];
}

function sentence(text: string): string[] {
  return text === '' ? [] : [`${text.charAt(0).toUpperCase()}${text.slice(1)}.`];
}
