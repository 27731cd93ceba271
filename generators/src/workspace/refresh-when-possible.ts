import { execSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { getPackageManagerCommand, logger, type GeneratorCallback, type Tree } from '../nx/devkit';
import { writeEndpointList } from './contract-files';
import { contractDocumentFile, type Daemon } from './daemon';
import { refresh } from './refresh';

/** What has to be installed before contracts can be read. */
const READERS = ['@pixl-ipc/contract/package.json', 'tsx/package.json', 'zod/package.json'];

/**
 * The end of every generator that touches contracts: brings what follows those of `daemons` up to date. Within the tree
 * where contracts can be read already; else by the returned callback, once what reads them is installed.
 *
 * @throws Error as {@link refresh}
 */
export async function refreshWhenPossible(tree: Tree, daemons: readonly Daemon[]): Promise<GeneratorCallback> {
  if (daemons.every((daemon) => canReadContracts(tree, daemon))) {
    await refresh(tree, daemons);
    return () => undefined;
  }
  for (const daemon of daemons) writeEndpointList(tree, daemon);
  const documents = daemons.map(contractDocumentFile).join(', ');
  logger.info(`Written after the installation: ${documents}, and the clients that follow.`);
  return () => {
    // In a process of its own: this one knows the workspace as it was.
    execSync(`${getPackageManagerCommand().exec} nx g pixl-ipc:sync`, { cwd: tree.root, stdio: 'inherit' });
  };
}

function canReadContracts(tree: Tree, daemon: Daemon): boolean {
  const from = createRequire(join(tree.root, daemon.root, 'package.json'));
  return READERS.every((name) => {
    try {
      from.resolve(name);
      return true;
    } catch {
      return false;
    }
  });
}
