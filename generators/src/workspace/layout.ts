import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../nx/devkit';
import { codeMeaning } from './code-meaning';

/**
 * Takes changes back that alter nothing but the layout of a file on disk, so that what counts as up to date does not
 * depend on whether, in which version and how a formatter runs on this machine. To be called before formatting.
 */
export function keepLayout(tree: Tree): void {
  for (const { path, type, content } of tree.listChanges()) {
    const file = join(tree.root, path);
    if (type !== 'UPDATE' || content === null || !existsSync(file)) continue;
    const before = readFileSync(file, 'utf8');
    if (isSameButForLayout(path, before, content.toString())) tree.write(path, before);
  }
}

/**
 * Whether two versions of a generated file differ only in what a formatter decides: space, quotes, optional punctuation.
 * JSON is held against JSON, and code token by token.
 */
export function isSameButForLayout(path: string, one: string, other: string): boolean {
  const meaning = path.endsWith('.json') ? jsonMeaning : codeMeaning;
  return one === other || meaning(one) === meaning(other);
}

/** Text that is no JSON means itself: nothing that is generated is like it. */
function jsonMeaning(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
