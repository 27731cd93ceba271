import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { READS_CONTRACTS_MS, Workspace } from '../testing/workspace';

/** Makes a shadow, says where it is, and waits in it for ever. */
const PROGRAM = `
  const { FsTree } = require('nx/src/generators/tree');
  const { withWorkspaceOnDisk } = require(${JSON.stringify(join(__dirname, 'shadow.ts'))});
  const tree = new FsTree(process.cwd(), false);
  tree.write('orders/src/a.ts', '');
  void withWorkspaceOnDisk(tree, 'orders', (root) => {
    console.log(root);
    return new Promise(() => setInterval(() => undefined, 1_000));
  });`;

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'the shadow of a workspace is gone when %s ends who made it',
  async (signal, status) => {
    using workspace = new Workspace();
    using temporary = new Workspace();
    const child = spawn(process.execPath, ['--import', 'tsx', '--eval', PROGRAM], {
      cwd: workspace.root,
      env: { ...process.env, TMPDIR: temporary.root },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const shadows = () => readdirSync(temporary.root).filter((name) => name.startsWith('pixl-ipc-shadow'));
    const [where] = (await once(child.stdout, 'data')) as [Buffer];
    expect(shadows().map((name) => join(temporary.root, name))).toEqual([where.toString().trim()]);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([status, null]);
    expect(shadows()).toEqual([]);
  },
  READS_CONTRACTS_MS,
);
