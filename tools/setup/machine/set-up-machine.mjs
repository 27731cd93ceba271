import { installNpmPackages } from './npm-packages.mjs';
import { installPhpPackages } from './php-packages.mjs';

/**
 * Brings the machine to where a command of the workspace works; does nothing when it is there already. PHP is for the
 * tests alone: a daemon starts without.
 *
 * @param {'start' | 'test'} command
 * @param {string} root
 * @param {import('../processes/command-runner.mjs').CommandRunner} runner
 * @returns {Promise<string | null>} what stands in the way and what to do, or null
 */
export async function setUpMachine(command, root, runner) {
  return (
    (await installNpmPackages(root, runner)) ?? (command === 'test' ? await installPhpPackages(root, runner) : null)
  );
}
