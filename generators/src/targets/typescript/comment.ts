import type { DocsModel } from '../../model/docs';
import { asCode, type Code } from '../code';
import { commentLines } from '../comment-text';

/** A tag of a doc comment: `@throws IpcError …`. */
export interface Tag {
  readonly name: 'default' | 'deprecated' | 'example' | 'throws';
  readonly text: string;
}

/** A doc comment of any text; undefined where there is nothing to say. Tags follow a blank line. */
export function docComment(
  paragraphs: readonly string[],
  indent: '' | '  ',
  tags: readonly Tag[] = [],
): Code | undefined {
  const text = paragraphs.flatMap((paragraph) => commentLines(paragraph));
  const tagged = tags.flatMap(tagLines);
  const lines = [...text, ...(text.length > 0 && tagged.length > 0 ? [''] : []), ...tagged];
  const [first] = lines;
  if (first === undefined) return undefined;
  if (lines.length === 1) return asCode(`/** ${first} */`);
  return asCode(['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'].join(`\n${indent}`));
}

/**
 * What a schema says to people, as a doc comment.
 *
 * @param unsaid What of the type TypeScript has no word for.
 */
export function docsComment(docs: DocsModel, indent: '' | '  ', unsaid?: string): Code | undefined {
  const limits = [...(unsaid === undefined ? [] : [unsaid]), ...docs.limits];
  const tags: Tag[] = [
    ...(docs.default === undefined ? [] : [{ name: 'default', text: docs.default } as const]),
    ...docs.examples.map((text) => ({ name: 'example', text }) as const),
    ...(docs.deprecated ? [{ name: 'deprecated', text: '' } as const] : []),
  ];
  const paragraphs = [...(docs.description === undefined ? [] : [docs.description]), ...sentences(limits)];
  return docComment(paragraphs, indent, tags);
}

/** Any text as words of a comment of the template's own, on one line. */
export function commentWords(text: string): Code {
  return asCode(commentLines(text, Infinity).join(' '));
}

function tagLines({ name, text }: Tag): string[] {
  const [first = '', ...rest] = commentLines(text);
  return [`@${name} ${first}`.trimEnd(), ...rest];
}

function sentences(limits: readonly string[]): string[] {
  const text = limits.join(', ');
  return text === '' ? [] : [`${text.charAt(0).toUpperCase()}${text.slice(1)}.`];
}
