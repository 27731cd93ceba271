import { setUpMachine } from './machine/set-up-machine.mjs';
import { createCommandRunner } from './processes/command-runner.mjs';
import { serveDaemon } from './serve-daemon.mjs';
import { runAllTests } from './tests/run-all-tests.mjs';

/**
 * Sets the machine up, then does what was asked for.
 *
 * @param {'start' | 'test'} command
 * @param {string} root the workspace's root, also the working directory
 * @returns {Promise<number>} the exit status
 */
export async function main(command, root) {
  const runner = createCommandRunner({ cwd: root });
  try {
    const problem = await setUpMachine(command, root, runner);
    if (problem !== null) {
      console.error(`\nsetup: ${problem}`);
      return runner.stopStatus() ?? 1;
    }
    return command === 'start' ? await serveDaemon(runner) : await runAllTests(root, runner);
  } finally {
    await runner.endLeftovers({ patienceMs: 0 });
    runner.dispose();
  }
}
