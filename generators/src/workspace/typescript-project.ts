import { joinPathFragments, offsetFromRoot, type Tree } from '../nx/devkit';
import { packageName } from './package-name';
import { createFiles } from './templates';

/** Writes what makes a folder a TypeScript project of ES modules, whatever the workspace is: package.json and tsconfig.json. */
export function createTypeScriptProject(tree: Tree, name: string, root: string): void {
  createFiles(tree, 'typescript-project/common', root, {
    packageName: packageName(tree, name),
    baseConfig: tree.exists('tsconfig.base.json')
      ? joinPathFragments(offsetFromRoot(root), 'tsconfig.base.json')
      : undefined,
  });
}
