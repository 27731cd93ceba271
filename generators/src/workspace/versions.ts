import { join } from 'node:path';
import { readJsonFile } from '../nx/devkit';

/** This package, and so all of ours: they are released together and need each other in the same version. */
const OWN = readJsonFile<{ readonly version: string }>(join(__dirname, '../../package.json')).version;

/** What generators write into a user's package.json: every package and its range, and nowhere else. */
export const VERSIONS = Object.freeze({
  'pixl-ipc': OWN,
  '@pixl-ipc/client': OWN,
  '@pixl-ipc/component': OWN,
  '@pixl-ipc/contract': OWN,
  '@pixl-ipc/server': OWN,
  '@types/node': '^20.19.43',
  'pixl-server': '^1.0.50',
  tsx: '^4.23.15',
  typescript: '^6.0.3',
  vitest: '^4.1.12',
  zod: '^4.6.7',
});

/** A package that generators may ask for. */
export type KnownPackage = keyof typeof VERSIONS;

/** What generators write into a user's composer.json. */
export const COMPOSER_VERSIONS = Object.freeze({
  php: '>=8.2',
  'phpunit/phpunit': '^11.5',
  'pixl-ipc/client': `^${OWN}`,
});
