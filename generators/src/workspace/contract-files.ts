import type { ContractDocument } from '@pixl-ipc/contract';
import { join } from 'node:path';
import { parseContractDocument } from '../contract/contract-document';
import { contractDocumentText } from '../contract/document-text';
import { extractContract } from '../contract/extraction';
import { readJson, type Tree } from '../nx/devkit';
import { contractDocumentFile, daemonFile, endpointListFile, ENDPOINTS, type Daemon } from './daemon';
import { endpointFiles, endpointList, isEndpointList } from './endpoint-list';
import { withWorkspaceOnDisk } from './shadow';
import { sourceConditions } from './source-conditions';

/**
 * Writes a daemon's endpoint list.
 *
 * @throws Error naming the file and the remedy, if a contract has no handler, or a file of the user's stands in the place
 * of the list
 */
export function writeEndpointList(tree: Tree, daemon: Daemon): void {
  const files = endpointFiles(tree, daemon);
  assertHandled(files, daemon);
  const list = endpointListFile(daemon);
  if (tree.exists(list) && !isEndpointList(tree.read(list, 'utf-8') ?? '')) {
    throw new Error(`${list} is where the generated list of endpoints belongs, but is none; move it away`);
  }
  tree.write(list, endpointList(files));
}

/**
 * Writes a daemon's contract document.
 *
 * @returns the document, as everybody reads it who has the file alone
 * @throws ContractError if a contract cannot be read or documented
 */
export async function writeContractDocument(tree: Tree, daemon: Daemon): Promise<ContractDocument> {
  const contracts = endpointFiles(tree, daemon).filter((file) => file.endsWith('.contract.ts'));
  const document = await withWorkspaceOnDisk(tree, daemon.root, (workspaceRoot) =>
    extractContract({
      cwd: join(workspaceRoot, daemon.root),
      service: { name: daemon.name, version: serviceVersion(tree, daemon) },
      files: contracts.map((file) => join(ENDPOINTS, file)),
      conditions: sourceConditions(workspaceRoot),
    }),
  );
  const text = contractDocumentText(document);
  tree.write(contractDocumentFile(daemon), text);
  return parseContractDocument(text);
}

/** An endpoint that is documented and not served would be called in vain. */
function assertHandled(files: readonly string[], daemon: Daemon): void {
  const all = new Set(files);
  for (const contract of files.filter((file) => file.endsWith('.contract.ts'))) {
    const handler = contract.replace(/\.contract\.ts$/, '.handler.ts');
    if (all.has(handler)) continue;
    const path = daemonFile(daemon, ENDPOINTS, contract);
    throw new Error(`${path} has no handler; write ${handler} beside it`);
  }
}

function serviceVersion(tree: Tree, daemon: Daemon): string {
  const manifest = daemonFile(daemon, 'package.json');
  const { version } = tree.exists(manifest) ? readJson<{ readonly version?: string }>(tree, manifest) : {};
  return version ?? '0.0.0';
}
