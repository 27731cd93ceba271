import { posix } from 'node:path';
import {
  formatFiles,
  globAsync,
  installPackagesTask,
  joinPathFragments,
  logger,
  parseJson,
  type GeneratorCallback,
  type Tree,
} from '../../nx/devkit';
import { requireClient } from '../../workspace/composer';
import { namedProject } from '../../workspace/named-project';
import { VERSIONS } from '../../workspace/versions';
import { CODE, migrateCode } from './code-migration';
import { migrateConfig } from './config-migration';
import type { LeftToDo } from './left-to-do';
import { indentationOf, migrateManifest, type Uses } from './manifest-migration';
import { migratePhp, PHP } from './php-migration';
import { remnantsOf } from './remnants';
import { readNamingOriginal, textOf } from './text-file';

/** What others wrote or tools make: a lock file is made anew, a build too. */
const NOT_OURS =
  /(?:^|\/)(?:(?:node_modules|vendor|dist|\.git)\/|(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock)$)/;

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
  const paths = (await globAsync(tree, [joinPathFragments(root, '**/*')])).filter((path) => !NOT_OURS.test(path));
  const left = migrateFiles(tree, paths, options.socketGroup);
  if (options.skipFormat !== true) await formatFiles(tree);
  left.push(...remnantsIn(tree, paths, left));
  if (left.length === 0) logger.info('Everything that uses the original is moved over.');
  else logger.warn(`Left for you to look at:\n${left.map(lineOf).join('\n')}`);
  return () => {
    installPackagesTask(tree);
  };
}

export default migrateOriginalGenerator;

function migrateFiles(tree: Tree, paths: readonly string[], socketGroup: string | undefined): LeftToDo[] {
  const left: LeftToDo[] = [];
  const users = new Map<string, Uses>();
  for (const path of paths) {
    const read = readNamingOriginal(tree, path);
    if (read === 'not UTF-8') left.push({ path, what: 'is not UTF-8 and stays as it is; move it over by hand' });
    if (read === undefined || read === 'not UTF-8') continue;
    if (CODE.test(path)) {
      const { text, uses } = migrateCode(read.text);
      writeChanged(tree, path, read.text, text);
      if (uses === undefined) continue;
      const manifest = manifestFor(tree, path);
      users.set(manifest, { component: uses.component || users.get(manifest)?.component === true });
    } else if (path.endsWith('.json')) {
      const migrated = migrateConfig(read.text, path, socketGroup);
      writeChanged(tree, path, read.text, migrated.text);
      left.push(...migrated.left);
    } else if (PHP.test(path)) left.push(...migratePhpFile(tree, path, read.text));
  }
  return [...left, ...[...users].flatMap(([path, uses]) => migrateManifestFile(tree, path, uses))];
}

function migrateManifestFile(tree: Tree, path: string, uses: Uses): LeftToDo[] {
  const before = textOf(tree, path);
  if (before === undefined) {
    return [{ path, what: `is missing or not UTF-8; ask for pixl-ipc ${VERSIONS['pixl-ipc']} in it by hand` }];
  }
  const manifest = migrateManifest(parseJson<object>(before.replace(/^\ufeff/, '')), uses);
  writeChanged(tree, path, before, `${JSON.stringify(manifest, null, indentationOf(before))}\n`);
  return [];
}

function migratePhpFile(tree: Tree, path: string, before: string): readonly LeftToDo[] {
  const root = folderAbove(tree, path, 'composer.json');
  const { text, left } = migratePhp(before, path, root);
  if (text === before || root === undefined) return left;
  tree.write(path, text);
  if (!requireClient(tree, root, undefined)) return left;
  const what = 'requires pixl-ipc/client now: run "composer update pixl-ipc/client" there';
  return [...left, { path: joinPathFragments(root, 'composer.json'), what }];
}

/** What is left in the files as they are now, less the lines of which something was said already. */
function remnantsIn(tree: Tree, paths: readonly string[], said: readonly LeftToDo[]): LeftToDo[] {
  const lines = new Set(said.map(({ path, line }) => `${path}:${String(line)}`));
  return paths.flatMap((path) => {
    const read = readNamingOriginal(tree, path);
    if (read === undefined || read === 'not UTF-8') return [];
    return remnantsOf(read.text, path).filter(({ line }) => !lines.has(`${path}:${String(line)}`));
  });
}

/** What did not change is not written, so that no file changes that need not. */
function writeChanged(tree: Tree, path: string, before: string, after: string): void {
  if (after !== before) tree.write(path, after);
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

function lineOf({ path, line, what }: LeftToDo): string {
  return `  ${path}${line === undefined ? '' : `:${line}`} ${what}`;
}
