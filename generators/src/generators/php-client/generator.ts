import { isAbsolute, join, normalize, relative } from 'node:path/posix';
import {
  formatFiles,
  getProjects,
  joinPathFragments,
  logger,
  runTasksInSerial,
  type GeneratorCallback,
  type Tree,
} from '../../nx/devkit';
import { chosenDaemon } from '../../workspace/chosen-daemon';
import { folderOf, mapNamespace, namespaceOf, psr4Folders, requireClient } from '../../workspace/composer';
import { registerClient } from '../../workspace/consumer';
import type { PhpClientEntry } from '../../workspace/ipc-config';
import { projectFolder } from '../../workspace/project-folder';
import { refreshWhenPossible } from '../../workspace/refresh-when-possible';
import { clientName } from '../../targets/client-name';
import { RESERVED_NAMES } from '../../targets/php/reserved-names';
import { initGenerator } from '../init/generator';
import { createExample, createPhpProject } from './php-project';

/** @see generators/schemas/php-client.json */
export interface PhpClientOptions {
  readonly project: string;
  readonly daemon?: string;
  readonly directory?: string;
  readonly output?: string;
  readonly namespace?: string;
  readonly clientPath?: string;
  readonly skipFormat?: boolean;
}

/**
 * Registers a PHP project as a client of a daemon and generates the client; makes the project if there is none.
 *
 * @returns what installs the packages and generates what needs them
 * @throws Error naming the remedy, if there is no such daemon, the project cannot be made or has no composer.json, the
 * namespace of the output cannot be told, or the client is registered otherwise
 */
export async function phpClientGenerator(tree: Tree, options: PhpClientOptions): Promise<GeneratorCallback> {
  const { project, output, namespace } = options;
  const daemon = await chosenDaemon(tree, { given: options.daemon, option: 'daemon', except: project });
  const existing = getProjects(tree).get(project)?.root;
  const root = existing ?? projectFolder(tree, { name: project, directory: options.directory });

  const install = await initGenerator(tree, { skipFormat: true });
  if (existing === undefined) createPhpProject(tree, project, root);
  const entry = registerClient(tree, root, clientEntry(tree, root, daemon.name, options), { output, namespace });
  const refreshed = await refreshWhenPossible(tree, [daemon]);
  if (existing === undefined) createExample(tree, root, daemon, entry);
  if (options.skipFormat !== true) await formatFiles(tree);
  // Last, so that a composer.json keeps the indentation that it has.
  mapNamespace(tree, root, { namespace: entry.namespace, folder: entry.output });
  const isNew = requireClient(tree, root, repositoryFrom(tree, root, options.clientPath));
  return runTasksInSerial(install, refreshed, () => {
    if (isNew) logger.info(`\nInstall what it requires with: composer update --working-dir=${root}`);
  });
}

export default phpClientGenerator;

/** Where the generated classes go and what they are called: what was said, else what Composer's rules make of it. */
function clientEntry(tree: Tree, root: string, daemon: string, options: PhpClientOptions): PhpClientEntry {
  const rules = psr4Folders(tree, root);
  const name = clientName(undefined, daemon);
  const { namespace: given } = options;
  // A namespace may not be called `List`.
  const segment = RESERVED_NAMES.includes(name.toLowerCase()) ? `${name}_` : name;
  const fallback = joinPathFragments(rules[0]?.folder ?? 'src', segment);
  const output = options.output ?? (given === undefined ? undefined : folderOf(rules, given)) ?? fallback;
  const namespace = given ?? namespaceOf(rules, output);
  if (namespace !== undefined) return { daemon, language: 'php', output, namespace };
  const file = joinPathFragments(root, 'composer.json');
  throw new Error(`${file} has no PSR-4 rule for ${output}; say what its classes are called with --namespace`);
}

/** The package's folder as composer.json has it: seen from the project, but for an absolute one outside of the workspace. */
function repositoryFrom(tree: Tree, root: string, clientPath: string | undefined): string | undefined {
  if (clientPath === undefined) return undefined;
  const folder = normalize(isAbsolute(clientPath) ? clientPath : join(tree.root, clientPath));
  const isOutside = relative(tree.root, folder).startsWith('..');
  return isAbsolute(clientPath) && isOutside ? folder : relative(join(tree.root, root), folder);
}
