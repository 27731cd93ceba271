import { joinPathFragments, type Tree } from '../nx/devkit';
import { NOTICE } from '../targets/notice';
import { TEMPLATE_OVERRIDES } from './template-overrides';

/** The notice as the beginning of a file's first comment, behind what its language wants first. */
const HEAD = new RegExp(
  String.raw`^\uFEFF?(?:<\?php\s+(?:declare\(strict_types=1\);\s*)?)?(?://|#|/\*)[\s*]*${NOTICE.source}`,
);

/** A file to be written, its path seen from the folder that it belongs to. */
export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Makes a folder hold exactly these generated files: writes each, and deletes those of earlier that are none of them.
 *
 * @throws Error naming the file, before anything is written, if the folder holds one that is not generated: the task that
 * generates is cached, and Nx makes a cached task's outputs anew; or if one of `files` has no notice, because its template
 * has none
 */
export function writeGeneratedFiles(tree: Tree, folder: string, files: readonly GeneratedFile[]): void {
  const unmarked = files.find(({ content }) => !HEAD.test(content));
  if (unmarked !== undefined) {
    const remedy = `write {{notice}} at the top of its template in ${TEMPLATE_OVERRIDES}`;
    throw new Error(`${joinPathFragments(folder, unmarked.path)} would not say that it is generated; ${remedy}`);
  }
  const wanted = new Map(files.map(({ path, content }) => [joinPathFragments(folder, path), content]));
  const present = filesUnder(tree, folder);
  const foreign = present.find((path) => !HEAD.test(tree.read(path, 'utf-8') ?? ''));
  if (foreign !== undefined) {
    const remedy = 'move it away, or generate into another folder';
    throw new Error(`${foreign} is not a generated file, and only those belong into ${folder}; ${remedy}`);
  }
  for (const path of present) if (!wanted.has(path)) tree.delete(path);
  for (const [path, content] of wanted) tree.write(path, content);
}

/** Also what git ignores: a folder of generated files may be, and what is left over in it would be compiled all the same. */
function filesUnder(tree: Tree, folder: string): string[] {
  return tree.children(folder).flatMap((name) => {
    const path = joinPathFragments(folder, name);
    return tree.isFile(path) ? [path] : filesUnder(tree, path);
  });
}
