import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DependencyType, type CreateDependencies } from '../nx/devkit';
import { IPC_CONFIG, readableClients } from '../workspace/ipc-config';
import type { PixlIpcPluginOptions } from './options';

/**
 * Makes every caller depend on the daemons that its ipc.json names, whatever its language: a changed contract affects
 * them, and their tasks can wait for the daemon's. A daemon that is no project and a malformed ipc.json are left out here:
 * without a graph no command of Nx would run; `nx sync` reports them.
 */
export const createDependencies: CreateDependencies<PixlIpcPluginOptions> = (_options, { projects, workspaceRoot }) =>
  Object.entries(projects).flatMap(([source, { root }]) => {
    const file = root === '.' ? IPC_CONFIG : `${root}/${IPC_CONFIG}`;
    const path = join(workspaceRoot, file);
    if (!existsSync(path)) return [];
    return readableClients(readFileSync(path, 'utf8'))
      .map(({ daemon }) => daemon)
      .filter((daemon) => daemon !== source && Object.hasOwn(projects, daemon))
      .map((target) => ({ source, target, sourceFile: file, type: DependencyType.static }));
  });
