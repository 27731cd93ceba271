import { joinPathFragments, readJson, type Tree } from '../nx/devkit';
import { COMPOSER_VERSIONS } from './versions';

const CLIENT_PACKAGE = 'pixl-ipc/client';

interface ComposerConfig {
  readonly require?: Readonly<Record<string, string>>;
  readonly autoload?: { readonly 'psr-4'?: Readonly<Record<string, string | readonly string[]>> };
  readonly repositories?: unknown;
}

/** A folder whose classes Composer finds by their names. */
export interface Psr4Folder {
  /** Seen from composer.json, without a slash at its end. */
  readonly folder: string;
  /** Without a backslash at its end. */
  readonly namespace: string;
}

/**
 * The folders of a project whose classes Composer finds by their names, in the order of composer.json.
 *
 * @throws Error with the remedy, if the project has no composer.json
 */
export function psr4Folders(tree: Tree, root: string): Psr4Folder[] {
  const rules = Object.entries(readComposer(tree, root).autoload?.['psr-4'] ?? {});
  return rules.flatMap(([prefix, folders]) =>
    [folders].flat().map((folder) => ({
      folder: joinPathFragments(folder).replace(/\/$/, ''),
      namespace: prefix.replace(/\\$/, ''),
    })),
  );
}

/** The namespace that Composer's rules give to a folder, seen from composer.json; undefined where none covers it. */
export function namespaceOf(rules: readonly Psr4Folder[], folder: string): string | undefined {
  const rule = rules.find((candidate) => isWithin(candidate.folder, folder));
  if (rule === undefined) return undefined;
  const below = folder.slice(rule.folder.length).split('/').filter(Boolean);
  return [rule.namespace, ...below].filter(Boolean).join('\\');
}

/** The folder that Composer's rules give to a namespace; undefined where none covers it. */
export function folderOf(rules: readonly Psr4Folder[], namespace: string): string | undefined {
  const rule = rules.find((candidate) => namespace.startsWith(`${candidate.namespace}\\`));
  if (rule === undefined) return undefined;
  return joinPathFragments(rule.folder, namespace.slice(rule.namespace.length).replaceAll('\\', '/'));
}

/** Maps a namespace to a folder in a project's composer.json, unless a rule does so already. */
export function mapNamespace(tree: Tree, root: string, { namespace, folder }: Psr4Folder): void {
  if (namespaceOf(psr4Folders(tree, root), folder) === namespace) return;
  const config = readComposer(tree, root);
  const rules = { ...config.autoload?.['psr-4'], [`${namespace}\\`]: `${folder}/` };
  writeComposer(tree, root, { ...config, autoload: { ...config.autoload, 'psr-4': rules } });
}

/**
 * Requires the PHP client in a project's composer.json, unless that is done.
 *
 * @param repository Folder of the package, seen from the project, in place of a released version.
 * @returns whether composer.json changed
 */
export function requireClient(tree: Tree, root: string, repository: string | undefined): boolean {
  const config = readComposer(tree, root);
  if (config.require?.[CLIENT_PACKAGE] !== undefined) return false;
  const version = repository === undefined ? COMPOSER_VERSIONS[CLIENT_PACKAGE] : '*@dev';
  writeComposer(tree, root, {
    ...config,
    ...(repository !== undefined && { repositories: withRepository(config.repositories, repository) }),
    require: { ...config.require, [CLIENT_PACKAGE]: version },
  });
  return true;
}

/** Composer takes a list of repositories, or an object whose keys mean nothing. */
function withRepository(repositories: unknown, url: string): unknown {
  const repository = { type: 'path', url };
  if (typeof repositories === 'object' && repositories !== null && !Array.isArray(repositories)) {
    return { ...repositories, 'pixl-ipc': repository };
  }
  return [...(Array.isArray(repositories) ? (repositories as unknown[]) : []), repository];
}

function isWithin(outer: string, inner: string): boolean {
  return outer === '.' || inner === outer || inner.startsWith(`${outer}/`);
}

function composerFile(root: string): string {
  return joinPathFragments(root, 'composer.json');
}

function readComposer(tree: Tree, root: string): ComposerConfig {
  if (tree.exists(composerFile(root))) return readJson<ComposerConfig>(tree, composerFile(root));
  throw new Error(`${root} has no composer.json; run "composer init" there, or name a project to make`);
}

/** With the indentation that the file has: Composer writes four spaces, and most people leave it at that. */
function writeComposer(tree: Tree, root: string, config: ComposerConfig): void {
  const [, indentation = '    '] = /^\s*\{\s*\n([ \t]+)/.exec(tree.read(composerFile(root), 'utf-8') ?? '') ?? [];
  tree.write(composerFile(root), `${JSON.stringify(config, undefined, indentation)}\n`);
}
