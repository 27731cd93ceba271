import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { joinPathFragments, type Tree } from '../nx/devkit';

/**
 * Calls `use` with a folder on disk where the workspace is as `tree` has it: the workspace itself where the tree changed
 * nothing within `root`, else a shadow of it, outside of it, that is gone afterwards. So a generator can let another
 * process read what it has not written yet, also under `--dry-run`.
 *
 * In the shadow the project's sources are copies and everything beside them leads to the original.
 *
 * @param root The project's folder, seen from the workspace.
 */
export async function withWorkspaceOnDisk<Result>(
  tree: Tree,
  root: string,
  use: (workspaceRoot: string) => Promise<Result>,
): Promise<Result> {
  const isWithinProject = (path: string) => root === '.' || path.startsWith(`${root}/`);
  const changed = tree
    .listChanges()
    .map(({ path }) => path)
    .filter(isWithinProject);
  if (changed.length === 0) return use(tree.root);
  const shadow = realpathSync(mkdtempSync(join(tmpdir(), 'pixl-ipc-shadow-')));
  try {
    mirror(tree, shadow, '.', joinPathFragments(root, 'src'), new Set(changed));
    return await use(shadow);
  } finally {
    rmSync(shadow, { recursive: true });
  }
}

/** Copies what lies on the way to `sources`, in it, or was changed; links to the rest. */
function mirror(tree: Tree, shadow: string, folder: string, sources: string, changed: ReadonlySet<string>): void {
  mkdirSync(join(shadow, folder), { recursive: true });
  for (const name of tree.children(folder)) {
    const path = joinPathFragments(folder, name);
    const target = join(shadow, path);
    const isOwn = path === sources || path.startsWith(`${sources}/`) || sources.startsWith(`${path}/`);
    if (!isOwn && !changed.has(path)) symlinkSync(join(tree.root, path), target);
    else if (tree.isFile(path)) copy(tree, path, target);
    else mirror(tree, shadow, path, sources, changed);
  }
}

function copy(tree: Tree, path: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, tree.read(path) ?? '');
}
