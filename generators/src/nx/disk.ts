import { createRequire } from 'node:module';
import type * as TreeModule from 'nx/src/generators/tree';
import { keepLayout } from '../workspace/layout';
import { formatFiles, type Tree } from './devkit';

/**
 * Changes the workspace on disk by means of a tree, outside of a generator, as a task does. What
 * `change` wrote is formatted as the workspace wants it. Nothing is written where `change` throws.
 *
 * @returns the paths of the files that changed
 */
export async function changeOnDisk(root: string, change: (tree: Tree) => Promise<void>): Promise<string[]> {
  const { FsTree, flushChanges } = createRequire(__filename)('nx/src/generators/tree') as typeof TreeModule;
  const tree = new FsTree(root, false);
  await change(tree);
  keepLayout(tree);
  await formatFiles(tree);
  const changes = tree.listChanges();
  flushChanges(root, changes);
  return changes.map(({ path }) => path);
}
