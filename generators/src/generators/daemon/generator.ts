import { normalizeEndpointUri } from '../../contract/library/endpoint-uri';
import {
  addProjectConfiguration,
  formatFiles,
  joinPathFragments,
  logger,
  readNxJson,
  runTasksInSerial,
  type GeneratorCallback,
  type ProjectConfiguration,
  type Tree,
} from '../../nx/devkit';
import type { Daemon } from '../../workspace/daemon';
import { addPackages } from '../../workspace/packages';
import { projectFolder } from '../../workspace/project-folder';
import { refreshWhenPossible } from '../../workspace/refresh-when-possible';
import { createFiles } from '../../workspace/templates';
import { createTypeScriptProject } from '../../workspace/typescript-project';
import { createEndpoint } from '../handler/generator';
import { initGenerator } from '../init/generator';

/** @see generators/schemas/daemon.json */
export interface DaemonOptions {
  readonly name: string;
  readonly directory?: string;
  readonly runtime?: Runtime;
  readonly endpoint?: string;
  readonly skipPackageJson?: boolean;
  readonly skipFormat?: boolean;
}

type Runtime = 'component' | 'standalone';

/**
 * Makes a daemon that `nx serve` runs at once.
 *
 * @returns what installs the packages and brings what follows the contracts up to date
 * @throws Error naming the rule and the remedy, if the name or the folder is taken or malformed, or the URI of the first
 * endpoint is malformed or reserved
 */
export async function daemonGenerator(tree: Tree, options: DaemonOptions): Promise<GeneratorCallback> {
  const { name, runtime = 'component', skipPackageJson = false } = options;
  const root = projectFolder(tree, options);
  const uri = normalizeEndpointUri(options.endpoint ?? `/${name}/hello`);
  const daemon: Daemon = { name, root };

  const init = await initGenerator(tree, { skipPackageJson, skipFormat: true });
  addProjectConfiguration(tree, name, projectConfiguration(tree, root));
  const view = templateView(daemon, runtime);
  createTypeScriptProject(tree, name, root);
  createFiles(tree, 'daemon/common', root, view);
  createFiles(tree, `daemon/${runtime}`, root, view);
  createEndpoint(tree, daemon, uri, 'endpoint');
  const install = skipPackageJson ? () => undefined : addDaemonPackages(tree, runtime);
  const task = await refreshWhenPossible(tree, [daemon]);
  if (options.skipFormat !== true) await formatFiles(tree);
  return runTasksInSerial(init, install, task, () => {
    logger.info(
      `\nRun it with "nx serve ${name}", add endpoints with "nx g pixl-ipc:handler <uri> --project=${name}".`,
    );
  });
}

export default daemonGenerator;

function addDaemonPackages(tree: Tree, runtime: Runtime): GeneratorCallback {
  return addPackages(tree, {
    dependencies: [
      '@pixl-ipc/client',
      '@pixl-ipc/server',
      ...(runtime === 'component' ? (['@pixl-ipc/component', 'pixl-server'] as const) : []),
    ],
    devDependencies: ['vitest'],
  });
}

function projectConfiguration(tree: Tree, root: string): ProjectConfiguration {
  const inputs =
    readNxJson(tree)?.namedInputs?.production === undefined ? ['default', '^default'] : ['production', '^production'];
  const cwd = '{projectRoot}';
  return {
    root,
    projectType: 'application',
    sourceRoot: joinPathFragments(root, 'src'),
    // `serve`, `contract` and `contract-check` are inferred by the plugin.
    targets: {
      build: {
        command: 'tsc -p tsconfig.build.json',
        options: { cwd },
        dependsOn: ['^build'],
        cache: true,
        inputs,
        outputs: ['{projectRoot}/dist'],
      },
      typecheck: { command: 'tsc -p tsconfig.json', options: { cwd }, cache: true, inputs: ['default', '^default'] },
      test: {
        command: 'vitest run --passWithNoTests',
        options: { cwd },
        cache: true,
        inputs: ['default', '^default'],
      },
    },
  };
}

function templateView({ name }: Daemon, runtime: Runtime): Readonly<Record<string, unknown>> {
  const socketVariable = `${name.replaceAll('-', '_').toUpperCase()}_SOCKET`;
  const socketPath = `/run/${name}/ipc.sock`;
  const isComponent = runtime === 'component';
  return {
    name,
    socketVariable,
    serviceArguments: isComponent ? ` --IPCServer.socket_path ${socketPath} --log_dir /var/log/${name}` : '',
    serviceEnvironment: isComponent ? [] : [`${socketVariable}=${socketPath}`],
  };
}
