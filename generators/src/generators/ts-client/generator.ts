import { formatFiles, runTasksInSerial, type GeneratorCallback, type Tree } from '../../nx/devkit';
import { chosenDaemon } from '../../workspace/chosen-daemon';
import { registerClient } from '../../workspace/consumer';
import { namedProject } from '../../workspace/named-project';
import { addPackages } from '../../workspace/packages';
import { refreshWhenPossible } from '../../workspace/refresh-when-possible';
import { initGenerator } from '../init/generator';

/** @see generators/schemas/ts-client.json */
export interface TsClientOptions {
  readonly project: string;
  readonly daemon?: string;
  readonly output?: string;
  readonly skipPackageJson?: boolean;
  readonly skipFormat?: boolean;
}

/**
 * Registers a project as a client of a daemon and generates the client.
 *
 * @returns what installs the packages and generates what needs them
 * @throws Error naming the remedy, if there is no such project or daemon, or the client is registered otherwise
 */
export async function tsClientGenerator(tree: Tree, options: TsClientOptions): Promise<GeneratorCallback> {
  const { output, skipPackageJson = false } = options;
  const { root } = namedProject(tree, options.project);
  const daemon = await chosenDaemon(tree, { given: options.daemon, option: 'daemon', except: options.project });

  const init = await initGenerator(tree, { skipPackageJson, skipFormat: true });
  const entry = { daemon: daemon.name, language: 'typescript', output: output ?? `src/${daemon.name}-client` } as const;
  registerClient(tree, root, entry, { output });
  const install = skipPackageJson ? () => undefined : addPackages(tree, { dependencies: ['@pixl-ipc/client'] });
  const task = await refreshWhenPossible(tree, [daemon]);
  if (options.skipFormat !== true) await formatFiles(tree);
  return runTasksInSerial(init, install, task);
}

export default tsClientGenerator;
