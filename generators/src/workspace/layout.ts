import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../nx/devkit';

/** A comment, a string, or what a formatter may add or take away. Whatever is between them means something. */
const PIECE =
  /(?<comment>\/\/[^\n]*|\/\*[^]*?\*\/)|(?<string>`(?:\\[^]|[^`\\])*`|'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*")|[\s,;()|]+/g;

/**
 * Takes changes back that alter nothing but the layout of a file on disk, so that what counts as up to date does not
 * depend on whether, in which version and how a formatter runs on this machine. To be called before formatting.
 */
export function keepLayout(tree: Tree): void {
  for (const { path, type, content } of tree.listChanges()) {
    const file = join(tree.root, path);
    if (type !== 'UPDATE' || content === null || !existsSync(file)) continue;
    const before = readFileSync(file, 'utf8');
    if (isSameButForLayout(before, content.toString())) tree.write(path, before);
  }
}

/**
 * Whether two generated files differ only in what a formatter decides: space, quotes, optional punctuation. Words are
 * held against words, and what another contract changes stands in the first comment of each file, too.
 */
export function isSameButForLayout(one: string, other: string): boolean {
  return one === other || withoutLayout(one) === withoutLayout(other);
}

function withoutLayout(text: string): string {
  return text.replace(PIECE, (_, comment?: string, string?: string) => {
    if (comment !== undefined) return comment.replace(/\s+/g, ' ').trim();
    if (string !== undefined) return string.slice(1, -1).replace(/\\(["'])/g, '$1');
    return '';
  });
}
