import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatFiles, type Tree } from '../../nx/devkit';
import { refresh } from '../../workspace/refresh';
import { staleness } from '../../workspace/staleness';

/** What Nx prints when generated files are stale. */
export interface SyncResult {
  readonly outOfSyncMessage?: string;
  readonly outOfSyncDetails?: string[];
}

/**
 * The sync generator: everything that follows contracts as it has to be. `nx sync:check` fails where that changes a file
 * and prints the result.
 *
 * @throws Error with every contract that cannot be documented and every client that cannot be generated
 * @see docs/guides/nx.md#staying-in-step
 */
export async function syncGenerator(tree: Tree): Promise<SyncResult> {
  const followers = await refresh(tree);
  await formatFiles(tree);
  const stale = staleness(tree, followers, (path) => {
    const file = join(tree.root, path);
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'utf8') : null;
  });
  if (stale.length === 0) return {};
  return {
    // Nx says itself what to do about it, and `nx sync` is doing it.
    outOfSyncMessage: 'Generated files do not follow their contracts.',
    outOfSyncDetails: stale.map((line) => `- ${line}`),
  };
}

/**
 * As Nx calls it: `nx sync` with the tree alone, for the result; `nx generate` with options as well, where Nx would call
 * whatever is returned.
 */
export default async function syncOrGenerate(tree: Tree, options?: object): Promise<SyncResult | undefined> {
  const result = await syncGenerator(tree);
  return options === undefined ? result : undefined;
}
