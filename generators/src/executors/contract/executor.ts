import { writeContractDocument, writeEndpointList } from '../../workspace/contract-files';
import { changeOnDisk } from '../../nx/disk';
import type { ExecutorContext } from '../../nx/devkit';
import { reportWritten, taskProject } from '../task';

/**
 * Writes a daemon's contract document and endpoint list.
 *
 * @throws ContractError if a contract cannot be read or documented
 * @throws Error naming the file and the remedy, if a contract has no handler
 */
export default async function contractExecutor(
  _options: object,
  context: ExecutorContext,
): Promise<{ readonly success: boolean }> {
  const daemon = taskProject(context);
  const written = await changeOnDisk(context.root, async (tree) => {
    await writeContractDocument(tree, daemon);
    writeEndpointList(tree, daemon);
  });
  reportWritten(written);
  return { success: true };
}
