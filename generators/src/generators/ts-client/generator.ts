import {
  addProjectConfiguration,
  formatFiles,
  getProjects,
  joinPathFragments,
  runTasksInSerial,
  type GeneratorCallback,
  type Tree,
} from '../../nx/devkit';
import { chosenDaemon } from '../../workspace/chosen-daemon';
import { registerClient } from '../../workspace/consumer';
import type { ImportExtension, TypeScriptClientEntry } from '../../workspace/ipc-config';
import { addPackages } from '../../workspace/packages';
import { projectFolder } from '../../workspace/project-folder';
import { refreshWhenPossible } from '../../workspace/refresh-when-possible';
import { createTypeScriptProject } from '../../workspace/typescript-project';
import { initGenerator } from '../init/generator';
import { createExample } from './example';

/** @see generators/schemas/ts-client.json */
export interface TsClientOptions {
  readonly project: string;
  readonly daemon?: string;
  readonly directory?: string;
  readonly output?: string;
  readonly importExtension?: ImportExtension;
  readonly skipPackageJson?: boolean;
  readonly skipFormat?: boolean;
}

/**
 * Registers a project as a client of a daemon and generates the client; makes the project if there is none.
 *
 * @returns what installs the packages and generates what needs them
 * @throws Error naming the remedy, if there is no such daemon, the project cannot be made, or the client is registered
 * otherwise
 */
export async function tsClientGenerator(tree: Tree, options: TsClientOptions): Promise<GeneratorCallback> {
  const { project, output, importExtension, skipPackageJson = false } = options;
  const daemon = await chosenDaemon(tree, { given: options.daemon, option: 'daemon', except: project });
  const existing = getProjects(tree).get(project)?.root;
  const root = existing ?? projectFolder(tree, { name: project, directory: options.directory });

  const init = await initGenerator(tree, { skipPackageJson, skipFormat: true });
  if (existing === undefined) createProject(tree, project, root);
  const entry = registerClient<TypeScriptClientEntry>(
    tree,
    root,
    {
      daemon: daemon.name,
      language: 'typescript',
      output: output ?? `src/${daemon.name}-client`,
      ...(importExtension !== undefined && { importExtension }),
    },
    { output, importExtension },
  );
  const install = skipPackageJson ? () => undefined : addPackages(tree, { dependencies: ['@pixl-ipc/client'] });
  const task = await refreshWhenPossible(tree, [daemon]);
  if (existing === undefined) createExample(tree, project, daemon, entry);
  if (options.skipFormat !== true) await formatFiles(tree);
  return runTasksInSerial(init, install, task);
}

export default tsClientGenerator;

function createProject(tree: Tree, name: string, root: string): void {
  addProjectConfiguration(tree, name, {
    root,
    projectType: 'application',
    sourceRoot: joinPathFragments(root, 'src'),
    targets: {
      typecheck: {
        command: 'tsc -p tsconfig.json',
        options: { cwd: '{projectRoot}' },
        cache: true,
        inputs: ['default', '^default'],
      },
    },
  });
  createTypeScriptProject(tree, name, root);
}
