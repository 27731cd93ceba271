import { getProjects, joinPathFragments, readNxJson, type Tree } from '../nx/devkit';

const PROJECT_NAME = /^[a-z][a-z0-9-]*$/;
/** Folders of tools. */
const UNSEEN: ReadonlySet<string> = new Set(['.git', '.nx', 'node_modules']);

/**
 * The folder of a project to make, seen from the workspace: the given one, else the name in the folder of apps.
 *
 * @throws Error naming the rule and the remedy, if the name is malformed or taken, or the folder not empty, a tool's, or
 * outside of the workspace
 */
export function projectFolder(
  tree: Tree,
  { name, directory }: { readonly name: string; readonly directory?: string | undefined },
): string {
  if (!PROJECT_NAME.test(name)) {
    const rule = 'must be lower-case letters, digits and hyphens, a letter first';
    throw new Error(`the name ${JSON.stringify(name)} ${rule}; choose another`);
  }
  const known = getProjects(tree).get(name);
  if (known !== undefined) throw new Error(`a project ${name} exists already, in ${known.root}; choose another name`);
  const folder = joinPathFragments(directory ?? joinPathFragments(appsFolder(tree), name)).replace(/\/$/, '');
  if (folder === '' || folder === '.' || folder.startsWith('..') || folder.startsWith('/')) {
    throw new Error(`--directory=${directory ?? ''} is no folder inside the workspace; write one, e.g. apps/${name}`);
  }
  const unseen = folder.split('/').find((segment) => UNSEEN.has(segment));
  if (unseen !== undefined) {
    const reason = `lies in ${unseen}, where Nx looks for no projects and git keeps none`;
    throw new Error(`${folder} ${reason}; choose another folder with --directory, e.g. apps/${name}`);
  }
  if (tree.exists(folder) && tree.children(folder).length > 0) {
    throw new Error(`${folder} is not empty; choose another folder with --directory`);
  }
  return folder;
}

function appsFolder(tree: Tree): string {
  return readNxJson(tree)?.workspaceLayout?.appsDir ?? 'apps';
}
