import { writeFileSync } from 'node:fs';

/**
 * An Nx plugin that only listens: after a run it writes how each task ended to the file that the environment variable
 * PIXL_IPC_TASK_RESULTS names, for `npm test` to add up. Without the variable it does nothing.
 */
export const name = 'pixl-ipc-task-results';

/**
 * @param {unknown} _options
 * @param {import('@nx/devkit').PostTasksExecutionContext} context
 */
export function postTasksExecution(_options, { taskResults }) {
  const file = process.env.PIXL_IPC_TASK_RESULTS;
  if (file === undefined) return;
  const results = Object.values(taskResults).map(({ task, status, code }) => ({
    project: task.target.project,
    target: task.target.target,
    status,
    code,
  }));
  writeFileSync(file, JSON.stringify(results));
}
