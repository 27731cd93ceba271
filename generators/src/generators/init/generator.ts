import {
  formatFiles,
  readNxJson,
  updateNxJson,
  type GeneratorCallback,
  type NxJsonConfiguration,
  type Tree,
} from '../../nx/devkit';
import { addPackages } from '../../workspace/packages';

/** @see generators/schemas/init.json */
export interface InitOptions {
  readonly skipPackageJson?: boolean;
  readonly skipFormat?: boolean;
}

const PLUGIN = 'pixl-ipc/plugin';
const SYNC_GENERATOR = 'pixl-ipc:sync';
/**
 * Nx's own plugin, which draws an arrow for each import of another project where it is told to, or where a package like
 * `@nx/js` is installed. Without those arrows the document of a contract that imports a library would come out of the
 * cache though the library has changed.
 */
const IMPORTS_PLUGIN = '@nx/js';

/**
 * Prepares a workspace: what contracts need in package.json, the plugin, the sync generator and the reading of imports in
 * nx.json. Changes nothing that is there already.
 *
 * @returns what installs the packages
 */
export async function initGenerator(tree: Tree, options: InitOptions = {}): Promise<GeneratorCallback> {
  const { skipPackageJson = false, skipFormat = false } = options;
  registerPlugin(tree);
  const install = skipPackageJson ? () => undefined : addInitPackages(tree);
  if (!skipFormat) await formatFiles(tree);
  return install;
}

export default initGenerator;

function addInitPackages(tree: Tree): GeneratorCallback {
  return addPackages(tree, {
    dependencies: ['@pixl-ipc/contract', 'zod'],
    devDependencies: ['pixl-ipc', '@types/node', 'tsx', 'typescript'],
  });
}

function registerPlugin(tree: Tree): void {
  const nxJson: NxJsonConfiguration = readNxJson(tree) ?? {};
  const { plugins = [], pluginsConfig = {}, sync = {} } = nxJson;
  const { globalGenerators = [] } = sync;
  const isRegistered = plugins.some((entry) => (typeof entry === 'string' ? entry : entry.plugin) === PLUGIN);
  const isSynced = globalGenerators.includes(SYNC_GENERATOR);
  const isAnalyzed = pluginsConfig[IMPORTS_PLUGIN] !== undefined;
  if (isRegistered && isSynced && isAnalyzed) return;
  updateNxJson(tree, {
    ...nxJson,
    plugins: isRegistered ? plugins : [...plugins, PLUGIN],
    pluginsConfig: isAnalyzed ? pluginsConfig : { ...pluginsConfig, [IMPORTS_PLUGIN]: { analyzeSourceFiles: true } },
    sync: { ...sync, globalGenerators: isSynced ? globalGenerators : [...globalGenerators, SYNC_GENERATOR] },
  });
}
