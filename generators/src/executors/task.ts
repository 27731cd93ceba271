import { logger, type ExecutorContext } from '../nx/devkit';

/** The project that a task is of. */
export function taskProject({ projectName, projectsConfigurations }: ExecutorContext): {
  readonly name: string;
  readonly root: string;
} {
  const root = projectName === undefined ? undefined : projectsConfigurations.projects[projectName]?.root;
  if (projectName === undefined || root === undefined) throw new Error('this executor runs as the target of a project');
  return { name: projectName, root };
}

/** Says which files a task changed. */
export function reportWritten(paths: readonly string[]): void {
  if (paths.length === 0) logger.info('Everything is up to date.');
  for (const path of paths) logger.info(`WRITE ${path}`);
}
