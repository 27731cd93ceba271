import { installNpmPackages } from './npm-packages.mjs';
import { installPhpPackages } from './php-packages.mjs';

/**
 * Brings the machine to where every command of the workspace works; does nothing when it is there already.
 *
 * @param {string} root
 * @param {import('../processes/command-runner.mjs').CommandRunner} runner
 * @returns {Promise<string | null>} what stands in the way and what to do, or null
 */
export async function setUpMachine(root, runner) {
  return (await installNpmPackages(root, runner)) ?? (await installPhpPackages(root, runner));
}
