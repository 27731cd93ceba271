import type { Tree } from '@nx/devkit';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { flushChanges, FsTree } from 'nx/src/generators/tree';
import { resetWorkspaceContext } from 'nx/src/utils/workspace-context';

const ROOT = join(__dirname, '../../..');

/** What a test that reads contracts may take: each reading starts a process with a compiler. */
export const READS_CONTRACTS_MS = 60_000;

/** A workspace on disk in which contracts can be read: it has the packages of this one. */
export class Workspace implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'pixl-ipc-workspace-')));

  constructor(files: Readonly<Record<string, unknown>> = {}) {
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'));
    this.write({
      'package.json': { name: '@acme/source', private: true },
      'nx.json': {},
      'tsconfig.base.json': { compilerOptions: { customConditions: ['@pixl-ipc/source'] } },
      '.gitignore': 'node_modules\n',
      ...files,
    });
  }

  /** Files by path; what is no text is written as JSON. */
  write(files: Readonly<Record<string, unknown>>): void {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
  }

  /** What a generator is given. Nothing of what it writes is on disk. */
  tree(): Tree {
    // Nx takes the files that it found first for those of every workspace of a process.
    resetWorkspaceContext();
    return new FsTree(this.root, false);
  }

  /** Runs a generator and writes what it did. Gives the paths of what changed. */
  async run(generator: (tree: Tree) => Promise<unknown>): Promise<string[]> {
    const tree = this.tree();
    await generator(tree);
    const changes = tree.listChanges();
    flushChanges(this.root, changes);
    return changes.map(({ path }) => path).sort();
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true });
  }
}
