import { getProjects, type ProjectConfiguration, type Tree } from '../nx/devkit';

/**
 * The project of a name.
 *
 * @throws Error naming the projects, if there is none
 */
export function namedProject(tree: Tree, name: string): ProjectConfiguration {
  const projects = getProjects(tree);
  const project = projects.get(name);
  if (project !== undefined) return project;
  throw new Error(`there is no project ${name}; the projects are ${[...projects.keys()].sort().join(', ')}`);
}
