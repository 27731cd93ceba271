import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { CreateNodesV2, TargetConfiguration } from '../nx/devkit';
import { CONTRACT_DOCUMENT, ENDPOINTS } from '../workspace/daemon';
import { IPC_CONFIG, parseIpcConfig } from '../workspace/ipc-config';
import { sourceConditions } from '../workspace/source-conditions';
import { TEMPLATE_OVERRIDES } from '../workspace/template-overrides';
import type { PixlIpcPluginOptions } from './options';

type Context = Parameters<CreateNodesV2[1]>[2];
type TargetNames = Required<PixlIpcPluginOptions>;
type Inputs = NonNullable<TargetConfiguration['inputs']>;

const SYNC_GENERATOR = 'pixl-ipc:sync';
const ENTRY = 'src/main.ts';
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
      inputs: [
        // Only contracts are read, and of the handlers their names; but a contract may import what it likes.
        `{projectRoot}/src/**/*.ts`,
        '{projectRoot}/package.json',
        '{projectRoot}/project.json',
        '^default',
        ...generatorInputs(context),
      ],
      outputs: [document, `{projectRoot}/${ENDPOINTS}/index.ts`],
      metadata: described('Writes the contract document and the endpoint list from the contracts.'),
    },
    [names.contractCheckTargetName]: {
      executor: 'pixl-ipc:contract-check',
      dependsOn: [names.contractTargetName],
      cache: true,
      inputs: [
        { dependentTasksOutputFiles: `**/${CONTRACT_DOCUMENT}` },
        { env: 'NX_BASE' },
        { runtime: baseDocumentHash(root, context) },
        ...generatorInputs(context),
      ],
      outputs: [],
      metadata: described('Fails where the contract breaks clients that were generated from the git base.'),
    },
  };
}

/**
 * What can be done with a project that calls daemons.
 *
 * @throws Error naming the file and the remedy, if its ipc.json is malformed
 */
export function consumerTargets(
  file: string,
  names: TargetNames,
  context: Context,
): Record<string, TargetConfiguration> {
  const { clients } = parseIpcConfig(readFileSync(join(context.workspaceRoot, file), 'utf8'), file);
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
      outputs: clients.map(({ output }) => `{projectRoot}/${output}`),
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

/** A command that prints what identifies the base's document, so that a cached check counts for that base only. */
function baseDocumentHash(root: string, { nxJsonConfiguration }: Context): string {
  const { defaultBase = 'main' } = nxJsonConfiguration;
  const path = root === '.' ? CONTRACT_DOCUMENT : `${root}/${CONTRACT_DOCUMENT}`;
  return `git rev-parse "$(git merge-base "\${NX_BASE:-${defaultBase}}" HEAD):./${path}" 2>/dev/null || echo none`;
}

function described(description: string): { readonly description: string } {
  return { description };
}
