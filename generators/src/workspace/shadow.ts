import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { joinPathFragments, type Tree } from '../nx/devkit';

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `use` with a folder on disk where the workspace is as `tree` has it: the workspace itself where the tree changed
 * nothing within `root`, else a shadow of it, outside of it, that is gone afterwards. So a generator can let another
 * process read what it has not written yet, also under `--dry-run`.
 *
 * In the shadow everything leads to the original, but what was changed. Where a file was changed that others may import,
 * the project's sources are copies: Node.js resolves imports from where a file really is.
 *
 * @param root The project's folder, seen from the workspace.
 */
export async function withWorkspaceOnDisk<Result>(
  tree: Tree,
  root: string,
  use: (workspaceRoot: string) => Promise<Result>,
): Promise<Result> {
  const isWithinProject = (path: string) => root === '.' || path.startsWith(`${root}/`);
  const changes = tree.listChanges().filter(({ path }) => isWithinProject(path));
  if (changes.length === 0) return use(tree.root);
  // What is new, no file on disk imports yet.
  const copied = changes.every(({ type }) => type === 'CREATE') ? [] : [joinPathFragments(root, 'src')];
  const shadow = realpathSync(mkdtempSync(join(tmpdir(), 'pixl-ipc-shadow-')));
  return untilExit(
    async () => {
      mirror(tree, shadow, '.', { changed: changes.map(({ path }) => path), copied });
      return await use(shadow);
    },
    () => {
      rmSync(shadow, { recursive: true });
    },
  );
}

/** Runs `work`, and `clean` after it; also where the process is ended meanwhile, by itself or by a signal like that of Ctrl-C. */
async function untilExit<Result>(work: () => Promise<Result>, clean: () => void): Promise<Result> {
  // What a signal ends by default hears of no exit. Whoever else listens to it decides about the process by himself.
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) === 0) process.exit(128 + constants.signals[signal]);
  };
  process.once('exit', clean);
  for (const signal of ENDING_SIGNALS) process.once(signal, onSignal);
  try {
    return await work();
  } finally {
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
    process.off('exit', clean);
    clean();
  }
}

/** What of the workspace is not linked into its shadow: `changed` files, and folders `copied` whole. */
interface Copies {
  readonly changed: readonly string[];
  readonly copied: readonly string[];
}

/** Copies what was changed and makes the folders on the way to it; links to the rest. */
function mirror(tree: Tree, shadow: string, folder: string, copies: Copies): void {
  mkdirSync(join(shadow, folder), { recursive: true });
  for (const name of tree.children(folder)) {
    const path = joinPathFragments(folder, name);
    const target = join(shadow, path);
    if (!isTouched(path, copies)) symlinkSync(join(tree.root, path), target);
    else if (tree.isFile(path)) copy(tree, path, target);
    else mirror(tree, shadow, path, copies);
  }
}

function isTouched(path: string, { changed, copied }: Copies): boolean {
  const isOnTheWay = (to: string) => to === path || to.startsWith(`${path}/`);
  return changed.some(isOnTheWay) || copied.some((root) => isOnTheWay(root) || path.startsWith(`${root}/`));
}

function copy(tree: Tree, path: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, tree.read(path) ?? '');
}
