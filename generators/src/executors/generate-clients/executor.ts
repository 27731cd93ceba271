import { parseContractDocument } from '../../contract/contract-document';
import { changeOnDisk } from '../../nx/disk';
import type { ExecutorContext, Tree } from '../../nx/devkit';
import { writeClient } from '../../workspace/client-files';
import { consumerAt } from '../../workspace/consumer';
import { contractDocumentFile } from '../../workspace/daemon';
import { reportWritten, taskProject } from '../task';

/**
 * Writes the clients that a project's ipc.json registers, from the contract documents of their daemons.
 *
 * @throws Error naming the file and the remedy, if a daemon or its document is missing or malformed, or a client cannot be
 * generated
 */
export default async function generateClientsExecutor(
  _options: object,
  context: ExecutorContext,
): Promise<{ readonly success: boolean }> {
  const { root } = taskProject(context);
  const written = await changeOnDisk(context.root, async (tree) => {
    const consumer = consumerAt(tree, root);
    for (const entry of consumer.clients) {
      await writeClient(tree, consumer, entry, parseContractDocument(documentText(tree, entry.daemon, context)));
    }
  });
  reportWritten(written);
  return { success: true };
}

function documentText(tree: Tree, name: string, { projectsConfigurations }: ExecutorContext): string {
  const root = projectsConfigurations.projects[name]?.root;
  if (root === undefined) throw new Error(`no project is called ${name}; correct the ipc.json`);
  const file = contractDocumentFile({ name, root });
  const text = tree.read(file, 'utf-8');
  if (text === null) throw new Error(`${file} is missing; run "nx sync"`);
  return text;
}
