import { readJson, type Tree } from '../nx/devkit';

/** The name of a project's npm package: in the scope of the workspace's own, if that has one. */
export function packageName(tree: Tree, project: string): string {
  const { name } = readJson<{ readonly name?: string }>(tree, 'package.json');
  const [, scope] = /^(@[^/]+)\//.exec(name ?? '') ?? [];
  return scope === undefined ? project : `${scope}/${project}`;
}
