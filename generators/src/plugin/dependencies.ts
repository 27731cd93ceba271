import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DependencyType, type CreateDependencies } from '../nx/devkit';
import { IPC_CONFIG, parseIpcConfig } from '../workspace/ipc-config';
import type { PixlIpcPluginOptions } from './options';

/**
 * Makes every caller depend on the daemons that its ipc.json names, whatever its language: a changed contract affects
 * them, and their tasks can wait for the daemon's. A daemon that is no project is left out here; `nx sync` reports it.
 *
 * @throws Error naming the file and the remedy, if an ipc.json is malformed
 */
export const createDependencies: CreateDependencies<PixlIpcPluginOptions> = (_options, { projects, workspaceRoot }) =>
  Object.entries(projects).flatMap(([source, { root }]) => {
    const file = root === '.' ? IPC_CONFIG : `${root}/${IPC_CONFIG}`;
    const path = join(workspaceRoot, file);
    if (!existsSync(path)) return [];
    return parseIpcConfig(readFileSync(path, 'utf8'), file)
      .clients.map(({ daemon }) => daemon)
      .filter((daemon) => daemon !== source && Object.hasOwn(projects, daemon))
      .map((target) => ({ source, target, sourceFile: file, type: DependencyType.static }));
  });
