import { nx } from './nx-command.mjs';

/** Longer than the daemon's own drain, which ends by itself within 10.2 s. */
const DRAIN_MS = 15_000;

/**
 * Serves the example daemon until it ends or a signal stops it. Returns only when none of its processes is left: Nx
 * itself may be gone before the daemon has drained.
 *
 * @param {import('./processes/command-runner.mjs').CommandRunner} runner
 * @returns {Promise<number>} the exit status of `nx serve`
 */
export async function serveDaemon(runner) {
  const status = await runner.run(nx('serve', 'ipc-daemon'));
  await runner.endLeftovers({ patienceMs: runner.stopStatus() === null ? 0 : DRAIN_MS });
  return status;
}
