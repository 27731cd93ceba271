import { execSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { getPackageManagerCommand, logger, type GeneratorCallback, type Tree } from '../nx/devkit';
import { writeEndpointList } from './contract-files';
import { contractDocumentFile, type Daemon } from './daemon';
import { refresh } from './refresh';

/** What has to be installed before contracts can be read. */
const READERS = ['@pixl-ipc/contract', 'tsx', 'zod'];

/**
 * The end of every generator that touches contracts: brings what follows those of `daemons` up to date. Within the tree
 * where contracts can be read already; else by the returned callback, once what reads them is installed.
 *
 * @throws Error as {@link refresh}
 */
export async function refreshWhenPossible(tree: Tree, daemons: readonly Daemon[]): Promise<GeneratorCallback> {
  const missing = [...new Set(daemons.flatMap((daemon) => missingReaders(tree, daemon)))];
  if (missing.length === 0) {
    await refresh(tree, daemons);
    return () => undefined;
  }
  for (const daemon of daemons) writeEndpointList(tree, daemon);
  const documents = daemons.map(contractDocumentFile).join(', ');
  // A dry run installs nothing, and shows nothing of them.
  logger.info(
    `Not shown, because ${missing.join(', ')} must be installed first: ${documents}, and the clients that follow. ` +
      'They are written after the installation.',
  );
  return () => {
    // In a process of its own: this one knows the workspace as it was.
    execSync(`${getPackageManagerCommand().exec} nx g pixl-ipc:sync`, { cwd: tree.root, stdio: 'inherit' });
  };
}

/** The packages by which contracts are read, and which a daemon does not find. */
function missingReaders(tree: Tree, daemon: Daemon): string[] {
  const from = createRequire(join(tree.root, daemon.root, 'package.json'));
  return READERS.filter((name) => {
    try {
      from.resolve(`${name}/package.json`);
      return false;
    } catch {
      return true;
    }
  });
}
