import type * as Devkit from '@nx/devkit';
import { createRequire } from 'node:module';

export type {
  CreateDependencies,
  CreateNodesV2,
  ExecutorContext,
  GeneratorCallback,
  NxJsonConfiguration,
  ProjectConfiguration,
  RawProjectGraphDependency,
  TargetConfiguration,
  Tree,
} from '@nx/devkit';

/**
 * The devkit of the workspace's Nx. An optional peer: who only runs daemons and clients has no use for it, so whoever
 * does and lacks it is told.
 */
export const {
  DependencyType,
  addDependenciesToPackageJson,
  addProjectConfiguration,
  formatFiles,
  getPackageManagerCommand,
  getProjects,
  globAsync,
  installPackagesTask,
  joinPathFragments,
  logger,
  offsetFromRoot,
  parseJson,
  readJson,
  readJsonFile,
  readNxJson,
  readProjectConfiguration,
  runTasksInSerial,
  updateJson,
  updateNxJson,
  updateProjectConfiguration,
  visitNotIgnoredFiles,
  workspaceRoot,
  writeJson,
} = loadDevkit();

function loadDevkit(): typeof Devkit {
  const load = createRequire(__filename);
  try {
    return load('@nx/devkit') as typeof Devkit;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    const { version } = load('nx/package.json') as { readonly version: string };
    const remedy = `add it in the version of your nx: npm install --save-dev @nx/devkit@${version}`;
    throw new Error(`pixl-ipc's generators need @nx/devkit, which is not installed; ${remedy}`, { cause });
  }
}
