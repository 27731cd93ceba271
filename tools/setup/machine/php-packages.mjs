import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The Debian package of each thing that the PHP client's tools need. Extensions that php-cli brings are not listed. */
const DEBIAN_PACKAGE_OF = Object.freeze({
  php: 'php-cli',
  'php-fpm': 'php-fpm',
  composer: 'composer',
  unzip: 'unzip',
  'ext-dom': 'php-xml',
  'ext-mbstring': 'php-mbstring',
});

/** Where a composer.json is, and how it is installed. The example uses the tools of the PHP client. */
const COMPOSER_PROJECTS = [
  { folder: 'php', options: [] },
  { folder: 'apps/php-consumer', options: ['--no-dev'] },
];

/**
 * Installs PHP, Composer and the packages of the PHP client and of the example that calls with it, as far as the
 * workspace has them.
 *
 * @param {string} root
 * @param {import('../processes/command-runner.mjs').CommandRunner} runner
 * @returns {Promise<string | null>} what stands in the way and what to do, or null
 */
export async function installPhpPackages(root, runner) {
  const projects = COMPOSER_PROJECTS.filter(({ folder }) => existsSync(join(root, folder, 'composer.json')));
  if (projects.length === 0) return null;
  let problem = await installPhp(runner);
  for (const { folder, options } of projects) problem ??= await installPackagesOf(join(root, folder), options, runner);
  return problem;
}

/**
 * @param {string} folder
 * @param {readonly string[]} options
 * @param {import('../processes/command-runner.mjs').CommandRunner} runner
 * @returns {Promise<string | null>}
 */
async function installPackagesOf(folder, options, runner) {
  const stamp = join(folder, 'vendor/.setup-stamp');
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'composer.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return null;
  const command = `composer install in ${basename(folder)}`;
  console.log(`setup: ${command}`);
  const status = await runner.run({
    file: 'composer',
    args: ['install', `--working-dir=${folder}`, '--no-interaction', '--no-progress', ...options],
    env: { COMPOSER_ALLOW_SUPERUSER: '1' },
    heartbeat: command,
  });
  if (status !== 0) return `${command} failed with exit status ${status}; its message is above`;
  writeFileSync(stamp, wanted);
  return null;
}

/**
 * @param {import('../processes/command-runner.mjs').CommandRunner} runner
 * @returns {Promise<string | null>}
 */
async function installPhp(runner) {
  const packages = missingDebianPackages(installedPhpParts());
  if (packages.length === 0) return null;
  const list = packages.join(' ');
  if (process.getuid?.() !== 0 || !runs('apt-get', '--version')) {
    return `PHP and its tools are incomplete; install (Debian's names) ${list}, then run this again`;
  }
  console.log(`setup: apt-get install ${list}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runner.run({ file: 'apt-get', args: ['update', '-q'], env, heartbeat: 'apt-get update' });
  const status = await runner.run({
    file: 'apt-get',
    args: ['install', '-q', '-y', '--no-install-recommends', ...packages],
    env,
    heartbeat: 'apt-get install',
  });
  if (status !== 0) return `apt-get could not install ${list} (exit status ${status}); its message is above`;
  const still = missingDebianPackages(installedPhpParts());
  return still.length === 0 ? null : `apt-get installed ${list}, yet the \`php\` in PATH lacks ${still.join(' ')}`;
}

/**
 * @param {ReadonlySet<string>} parts what is there: commands by their name, extensions as `ext-<name>`
 * @returns {string[]} what to install, each package once
 */
export function missingDebianPackages(parts) {
  const missing = Object.entries(DEBIAN_PACKAGE_OF).filter(([part]) => !parts.has(part));
  return [...new Set(missing.map(([, name]) => name))];
}

/** @returns {Set<string>} */
function installedPhpParts() {
  const extensions = spawnSync('php', ['-m'], { encoding: 'utf8' });
  const parts = new Set(
    extensions.status === 0 ? extensions.stdout.split('\n').map((name) => `ext-${name.trim().toLowerCase()}`) : [],
  );
  if (extensions.status === 0) parts.add('php');
  if (fpmCommands().some((command) => runs(command, '--version'))) parts.add('php-fpm');
  if (runs('composer', '--version', '--no-ansi')) parts.add('composer');
  if (runs('unzip', '-v')) parts.add('unzip');
  return parts;
}

/**
 * @param {string} file
 * @param {...string} args
 */
function runs(file, ...args) {
  return (
    spawnSync(file, args, { stdio: 'ignore', env: { ...process.env, COMPOSER_ALLOW_SUPERUSER: '1' } }).status === 0
  );
}

/** What the FastCGI process manager of the `php` in PATH may be called; Debian adds the version. */
function fpmCommands() {
  const { stdout } = spawnSync('php', ['-r', 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;'], { encoding: 'utf8' });
  return [`php-fpm${stdout ?? ''}`, 'php-fpm'].flatMap((name) => [name, `/usr/sbin/${name}`]);
}
