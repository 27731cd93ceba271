import {
  addDependenciesToPackageJson,
  getProjects,
  joinPathFragments,
  readJson,
  type GeneratorCallback,
  type Tree,
} from '../nx/devkit';
import { VERSIONS, type KnownPackage } from './versions';

/** What a generator's files need to run, and what they need to be built and tested. */
export interface NeededPackages {
  readonly dependencies?: readonly KnownPackage[];
  readonly devDependencies?: readonly KnownPackage[];
}

interface Manifest {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * Adds the packages that the workspace's package.json lacks, each in the version of {@link VERSIONS}. One that is there
 * in another version stays, and so does one that is a project of the workspace.
 *
 * @returns what installs them
 */
export function addPackages(tree: Tree, needed: NeededPackages): GeneratorCallback {
  const { dependencies, devDependencies } = readJson<Manifest>(tree, 'package.json');
  const present = new Set([dependencies, devDependencies].flatMap((known) => Object.keys(known ?? {})));
  for (const name of workspacePackages(tree)) present.add(name);
  const missing = (names: readonly KnownPackage[] = []) =>
    Object.fromEntries(names.filter((name) => !present.has(name)).map((name) => [name, VERSIONS[name]]));
  return addDependenciesToPackageJson(tree, missing(needed.dependencies), missing(needed.devDependencies));
}

/** Whether every one of `names` can be imported without an installation first. */
export function arePackagesInstalled(tree: Tree, names: readonly string[]): boolean {
  const own = new Set(workspacePackages(tree));
  return names.every((name) => own.has(name) || tree.exists(joinPathFragments('node_modules', name, 'package.json')));
}

function workspacePackages(tree: Tree): string[] {
  return [...getProjects(tree).values()].flatMap(({ root }) => {
    const path = joinPathFragments(root, 'package.json');
    return root !== '.' && tree.exists(path) ? (readJson<Manifest>(tree, path).name ?? []) : [];
  });
}
