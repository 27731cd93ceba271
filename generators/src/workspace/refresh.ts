import type { ContractDocument } from '@pixl-ipc/contract';
import { availableParallelism } from 'node:os';
import type { Tree } from '../nx/devkit';
import { clientFolder, writeClient } from './client-files';
import { findConsumers } from './consumer';
import { writeContractDocument, writeEndpointList } from './contract-files';
import { contractDocumentFile, endpointListFile, findDaemons, type Daemon } from './daemon';
import { IPC_CONFIG } from './ipc-config';
import { keepLayout } from './layout';

/** Something generated that follows the contracts of a daemon: a file, or the folder of a client. */
export interface Follower {
  /** Seen from the workspace. */
  readonly path: string;
  readonly daemon: Daemon;
  readonly kind: 'document' | 'list' | 'client';
}

/**
 * Writes everything that follows contracts anew: endpoint lists and contract documents of daemons, and the clients of
 * all that call them.
 *
 * @param only The daemons that changed. Default: every daemon of the workspace.
 * @returns everything that follows their contracts, changed or not
 * @throws Error with every problem that was found, each with its remedy
 */
export async function refresh(tree: Tree, only?: readonly Daemon[]): Promise<Follower[]> {
  const daemons = only ?? (await findDaemons(tree));
  const problems: string[] = [];
  const documents = await writeDaemonFiles(tree, daemons, problems);
  const followers: Follower[] = daemons.flatMap((daemon) => [
    { daemon, kind: 'document', path: contractDocumentFile(daemon) },
    { daemon, kind: 'list', path: endpointListFile(daemon) },
  ]);
  for (const consumer of await findConsumers(tree)) {
    for (const entry of consumer.clients) {
      const daemon = daemons.find(({ name }) => name === entry.daemon);
      const document = documents.get(entry.daemon);
      if (daemon === undefined) {
        if (only === undefined) problems.push(unknownDaemon(consumer.root, entry.daemon, daemons));
      } else if (document !== undefined) {
        followers.push({ daemon, kind: 'client', path: clientFolder(consumer, entry) });
        await attempt(problems, consumer.root, () => writeClient(tree, consumer, entry, document));
      }
    }
  }
  if (problems.length > 0) throw new Error(problems.sort().join('\n'));
  keepLayout(tree);
  return followers;
}

/** The contract document of each daemon that has one. As many are read at once as there are processors. */
async function writeDaemonFiles(
  tree: Tree,
  daemons: readonly Daemon[],
  problems: string[],
): Promise<ReadonlyMap<string, ContractDocument>> {
  const documents = new Map<string, ContractDocument>();
  const waiting = [...daemons];
  const worker = async () => {
    for (;;) {
      const daemon = waiting.shift();
      if (daemon === undefined) return;
      const document = await attempt(problems, daemon.name, () => writeContract(tree, daemon));
      if (document !== undefined) documents.set(daemon.name, document);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return documents;
}

async function writeContract(tree: Tree, daemon: Daemon): Promise<ContractDocument> {
  // The document first: contracts that the tree did not change are read where they are.
  const document = await writeContractDocument(tree, daemon);
  writeEndpointList(tree, daemon);
  return document;
}

async function attempt<Result>(
  problems: string[],
  where: string,
  step: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await step();
  } catch (error) {
    problems.push(`${where}: ${(error as Error).message}`);
    return undefined;
  }
}

function unknownDaemon(root: string, name: string, daemons: readonly Daemon[]): string {
  const known = daemons.length === 0 ? 'there is none' : `the daemons are ${daemons.map((one) => one.name).join(', ')}`;
  return `${root}/${IPC_CONFIG}: no daemon is called ${JSON.stringify(name)}; ${known}`;
}
