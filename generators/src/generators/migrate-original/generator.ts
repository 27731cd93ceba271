import { posix } from 'node:path';
import {
  formatFiles,
  globAsync,
  installPackagesTask,
  joinPathFragments,
  logger,
  readJson,
  writeJson,
  type GeneratorCallback,
  type Tree,
} from '../../nx/devkit';
import { requireClient } from '../../workspace/composer';
import { namedProject } from '../../workspace/named-project';
import { migrateCode } from './code-migration';
import { migrateConfig } from './config-migration';
import type { LeftToDo } from './left-to-do';
import { migrateManifest } from './manifest-migration';
import { migratePhp } from './php-migration';

/** @see generators/schemas/migrate-original.json */
export interface MigrateOriginalOptions {
  readonly project?: string;
  readonly socketGroup?: string;
  readonly skipFormat?: boolean;
}

/**
 * Moves what uses the original package over to this one, and prints what is left for a person.
 *
 * @returns what installs the packages
 * @throws Error naming the projects, if there is no such project
 */
export async function migrateOriginalGenerator(
  tree: Tree,
  options: MigrateOriginalOptions = {},
): Promise<GeneratorCallback> {
  const root = options.project === undefined ? '.' : namedProject(tree, options.project).root;
  const filesOf = (extensions: string) => globAsync(tree, [joinPathFragments(root, `**/*.${extensions}`)]);
  const left: LeftToDo[] = [
    ...migrateCodeFiles(tree, await filesOf('{js,cjs,mjs,jsx,ts,cts,mts,tsx}')),
    ...migrateConfigFiles(tree, await filesOf('json'), options.socketGroup),
    ...migratePhpFiles(tree, await filesOf('php')),
  ];
  if (options.skipFormat !== true) await formatFiles(tree);
  if (left.length === 0) logger.info('Everything that uses the original is moved over.');
  else logger.warn(`Left for you to look at:\n${left.map(lineOf).join('\n')}`);
  return () => {
    installPackagesTask(tree);
  };
}

export default migrateOriginalGenerator;

function migrateCodeFiles(tree: Tree, paths: readonly string[]): LeftToDo[] {
  const left: LeftToDo[] = [];
  const users = new Map<string, { component: boolean }>();
  for (const path of paths) {
    const migrated = migrateCode(textOf(tree, path), path);
    tree.write(path, migrated.text);
    left.push(...migrated.left);
    if (migrated.uses === undefined) continue;
    const manifest = manifestFor(tree, path);
    const known = users.get(manifest)?.component ?? false;
    users.set(manifest, { component: known || migrated.uses.component });
  }
  for (const [path, uses] of users) writeJson(tree, path, migrateManifest(readJson(tree, path), uses));
  return left;
}

function migrateConfigFiles(tree: Tree, paths: readonly string[], group: string | undefined): LeftToDo[] {
  return paths.flatMap((path) => {
    const { text, left } = migrateConfig(textOf(tree, path), path, group);
    tree.write(path, text);
    return left;
  });
}

function migratePhpFiles(tree: Tree, paths: readonly string[]): LeftToDo[] {
  return paths.flatMap((path) => {
    const before = textOf(tree, path);
    const root = folderAbove(tree, path, 'composer.json');
    const { text, left } = migratePhp(before, path, root);
    if (text === before || root === undefined) return left;
    tree.write(path, text);
    if (!requireClient(tree, root, undefined)) return left;
    const what = 'requires pixl-ipc/client now: run "composer update pixl-ipc/client" there';
    return [...left, { path: joinPathFragments(root, 'composer.json'), what }];
  });
}

/** The package.json that lists the packages which a file imports. */
function manifestFor(tree: Tree, path: string): string {
  const lists = (folder: string) =>
    tree.read(joinPathFragments(folder, 'package.json'), 'utf-8')?.includes('"pixl-ipc"');
  const folder = foldersAbove(path).find(lists) ?? '.';
  return joinPathFragments(folder, 'package.json');
}

function folderAbove(tree: Tree, path: string, file: string): string | undefined {
  return foldersAbove(path).find((folder) => tree.exists(joinPathFragments(folder, file)));
}

/** From the innermost to the workspace itself. */
function foldersAbove(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? ['.'] : [folder, ...foldersAbove(folder)];
}

function textOf(tree: Tree, path: string): string {
  return tree.read(path, 'utf-8') ?? '';
}

function lineOf({ path, line, what }: LeftToDo): string {
  return `  ${path}${line === undefined ? '' : `:${line}`} ${what}`;
}
