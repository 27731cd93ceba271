import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { CreateNodesV2, TargetConfiguration } from '../nx/devkit';
import { CONTRACT_DOCUMENT, ENDPOINTS } from '../workspace/daemon';
import { IPC_CONFIG, isForeignConfig, readableClients } from '../workspace/ipc-config';
import { sourceConditions } from '../workspace/source-conditions';
import { TEMPLATE_OVERRIDES } from '../workspace/template-overrides';
import type { PixlIpcPluginOptions } from './options';

type Context = Parameters<CreateNodesV2[1]>[2];
type TargetNames = Required<PixlIpcPluginOptions>;
type Inputs = NonNullable<TargetConfiguration['inputs']>;

const SYNC_GENERATOR = 'pixl-ipc:sync';
const ENTRY = 'src/main.ts';
/** What reads contracts, and what they are most often written with. */
const CONTRACT_PACKAGES = ['@pixl-ipc/contract', 'tsx', 'zod'];
const PACKAGE_ROOT = join(__dirname, '../..');

/** What can be done with a daemon. */
export function daemonTargets(root: string, names: TargetNames, context: Context): Record<string, TargetConfiguration> {
  const document = `{projectRoot}/${CONTRACT_DOCUMENT}`;
  return {
    ...(existsSync(join(context.workspaceRoot, root, ENTRY)) && {
      [names.serveTargetName]: serveTarget(root, context),
    }),
    [names.contractTargetName]: {
      executor: 'pixl-ipc:contract',
      cache: true,
      inputs: contractInputs(context),
      outputs: [document, `{projectRoot}/${ENDPOINTS}/index.ts`],
      metadata: described('Writes the contract document and the endpoint list from the contracts.'),
    },
    [names.contractCheckTargetName]: {
      executor: 'pixl-ipc:contract-check',
      dependsOn: [names.contractTargetName],
      // What it says depends on a commit that the options, the environment or nx.json name, and it takes no time.
      cache: false,
      metadata: described('Fails where the contract breaks clients that were generated from the git base.'),
    },
  };
}

/** What can be done with a project that calls daemons. Where its ipc.json is malformed, the target says so when it runs. */
export function consumerTargets(
  file: string,
  names: TargetNames,
  context: Context,
): Record<string, TargetConfiguration> {
  const text = readFileSync(join(context.workspaceRoot, file), 'utf8');
  if (isForeignConfig(text)) return {};
  return {
    [names.generateClientsTargetName]: {
      executor: 'pixl-ipc:generate-clients',
      dependsOn: [`^${names.contractTargetName}`],
      cache: true,
      inputs: [
        `{projectRoot}/${IPC_CONFIG}`,
        { dependentTasksOutputFiles: `**/${CONTRACT_DOCUMENT}` },
        ...generatorInputs(context),
      ],
      outputs: readableClients(text).map(({ output }) => `{projectRoot}/${output}`),
      metadata: described('Writes the generated clients from the contract documents of their daemons.'),
    },
  };
}

/** Runs a daemon from its sources, and anew at every change of them or of the workspace's libraries. */
function serveTarget(root: string, { workspaceRoot }: Context): TargetConfiguration {
  const conditions = sourceConditions(workspaceRoot).map((condition) => `--conditions=${condition} `);
  return {
    command: `node --watch --watch-preserve-output ${conditions.join('')}--import tsx ${ENTRY}`,
    continuous: true,
    options: { cwd: root },
    syncGenerators: [SYNC_GENERATOR],
    metadata: described('Runs the daemon from its sources; a change of the app or a library restarts it.'),
  };
}

/** A contract may import what it likes: JSON, other libraries of the workspace, packages. */
function contractInputs(context: Context): Inputs {
  const packages = CONTRACT_PACKAGES.filter((name) => isInstalled(context.workspaceRoot, name));
  return [
    '{projectRoot}/**/*',
    ...[CONTRACT_DOCUMENT, `${ENDPOINTS}/index.ts`, 'dist/**/*'].map((output) => `!{projectRoot}/${output}`),
    '^default',
    '{workspaceRoot}/tsconfig*.json',
    ...generatorInputs(context),
    // An empty list would take away what Nx follows by itself.
    ...(packages.length > 0 ? [{ externalDependencies: packages }] : []),
  ];
}

/** Whether a package is there and no link to a project of the workspace: Nx fails where it does not know one. */
function isInstalled(workspaceRoot: string, name: string): boolean {
  const folder = join(workspaceRoot, 'node_modules', name);
  return existsSync(folder) && realpathSync(folder).includes(`${sep}node_modules${sep}`);
}

/** What decides about generated files beside the contracts: this package, and the workspace's own templates. */
function generatorInputs({ workspaceRoot }: Context): Inputs {
  const here = relative(workspaceRoot, PACKAGE_ROOT).split(sep).join('/');
  const isOfWorkspace = !here.startsWith('..') && !here.includes('node_modules');
  return [
    `{workspaceRoot}/${TEMPLATE_OVERRIDES}/**/*`,
    ...(isOfWorkspace
      ? ['src', 'templates'].map((folder) => `{workspaceRoot}/${here}/${folder}/**/*`)
      : [{ externalDependencies: ['pixl-ipc'] }]),
  ];
}

function described(description: string): { readonly description: string } {
  return { description };
}
