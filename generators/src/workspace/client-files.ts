import type { ContractDocument } from '@pixl-ipc/contract';
import { generateClient } from '../emit/generate-client';
import { joinPathFragments, type Tree } from '../nx/devkit';
import type { Consumer } from './consumer';
import { writeGeneratedFiles } from './generated-files';
import type { ClientEntry } from './ipc-config';
import { workspaceTemplates } from './templates';

/** The folder of a client's generated files, seen from the workspace. */
export function clientFolder(consumer: Consumer, { output }: ClientEntry): string {
  return joinPathFragments(consumer.root, output);
}

/**
 * Writes the generated files of one client.
 *
 * @throws ContractError if code cannot be generated from the document
 * @throws TemplateError if a template of the workspace fails
 * @throws Error naming the file, if one that is not generated stands in the client's folder
 */
export async function writeClient(
  tree: Tree,
  consumer: Consumer,
  entry: ClientEntry,
  document: ContractDocument,
): Promise<void> {
  const common = { document, readTemplate: workspaceTemplates(tree) };
  const files = await generateClient(
    entry.language === 'php'
      ? { ...common, language: 'php', options: entry }
      : { ...common, language: 'typescript', options: entry },
  );
  writeGeneratedFiles(tree, clientFolder(consumer, entry), files);
}
