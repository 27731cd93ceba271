import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs `npm ci` unless node_modules already holds what package-lock.json asks for.
 *
 * @param {string} root
 * @param {import('../processes/command-runner.mjs').CommandRunner} runner
 * @returns {Promise<string | null>} what went wrong, or null
 */
export async function installNpmPackages(root, runner) {
  const reason = outdatedPackages(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
    // npm writes this file as the last step of an installation, so a broken off one has none.
    readIfPresent(join(root, 'node_modules/.package-lock.json')),
  );
  if (reason === null) return null;
  console.log(`setup: npm ci (${reason})`);
  const status = await runner.run({ file: 'npm', args: ['ci', '--no-audit', '--no-fund'], heartbeat: 'npm ci' });
  return status === 0 ? null : `npm ci failed with exit status ${status}; its message is above`;
}

/**
 * Compares the lockfile with npm's record of what it installed, by content: times change with every checkout.
 *
 * @param {string} wantedText package-lock.json
 * @param {string | null} installedText node_modules/.package-lock.json, null if there is none
 * @returns {string | null} why an installation is needed, or null
 */
export function outdatedPackages(wantedText, installedText) {
  if (installedText === null) return 'nothing is installed';
  const wanted = lockedPackages(wantedText);
  const installed = lockedPackages(installedText);
  for (const [path, entry] of wanted) {
    const found = installed.get(path);
    if (found === undefined) {
      // An optional package may be one for another platform.
      if (entry.optional !== true) return `${path} is missing`;
    } else if (['version', 'integrity', 'link', 'resolved'].some((key) => differ(entry[key], found[key]))) {
      return `${path} is not the locked one`;
    }
  }
  const stray = [...installed.keys()].find((path) => !wanted.has(path));
  return stray === undefined ? null : `${stray} is not in package-lock.json`;
}

/**
 * A field that one of the two lockfiles leaves out says nothing.
 *
 * @param {unknown} wanted
 * @param {unknown} found
 */
function differ(wanted, found) {
  return wanted !== undefined && found !== undefined && wanted !== found;
}

/**
 * @param {string} text
 * @returns {Map<string, Record<string, unknown>>}
 */
function lockedPackages(text) {
  return new Map(Object.entries(JSON.parse(text).packages).filter(([path]) => path.startsWith('node_modules/')));
}

/** @param {string} path */
function readIfPresent(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null;
    throw error;
  }
}
