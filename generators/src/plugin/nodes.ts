import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CreateNodesV2, TargetConfiguration } from '../nx/devkit';
import { DAEMON_FILES, daemonRoot } from '../workspace/daemon';
import { IPC_CONFIG } from '../workspace/ipc-config';
import { pluginOptions, type PixlIpcPluginOptions } from './options';
import { consumerTargets, daemonTargets } from './targets';

/** What makes a folder a project, beside the files that this plugin looks for. */
const PROJECT_FILES = ['project.json', 'package.json'];

/**
 * Infers the targets of daemons (projects with contracts) and of their callers (projects with an ipc.json).
 *
 * @see docs/guides/nx.md#inferred-targets
 */
export const createNodesV2: CreateNodesV2<PixlIpcPluginOptions> = [
  `{${[...DAEMON_FILES, `**/${IPC_CONFIG}`].join(',')}}`,
  (files, options, context) => {
    const names = pluginOptions(options);
    const isProject = (root: string) =>
      PROJECT_FILES.some((file) => existsSync(join(context.workspaceRoot, root, file)));
    const targets = new Map<string, Record<string, TargetConfiguration>>();
    const add = (root: string, inferred: () => Record<string, TargetConfiguration>) => {
      if (isProject(root)) targets.set(root, { ...targets.get(root), ...inferred() });
    };
    for (const root of new Set(files.filter((file) => !isConsumerFile(file)).map(daemonRoot))) {
      add(root, () => daemonTargets(root, names, context));
    }
    for (const file of files.filter(isConsumerFile)) add(dirname(file), () => consumerTargets(file, names, context));
    return [...targets].map(([root, inferred]) => [
      join(root, IPC_CONFIG),
      { projects: { [root]: { root, targets: inferred } } },
    ]);
  },
];

/** The same, under the name that newer versions of Nx look for. */
export const createNodes = createNodesV2;

function isConsumerFile(file: string): boolean {
  return file === IPC_CONFIG || file.endsWith(`/${IPC_CONFIG}`);
}
