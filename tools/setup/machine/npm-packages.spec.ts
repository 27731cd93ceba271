import { describe, expect, it } from 'vitest';
import { outdatedPackages } from './npm-packages.mjs';

const lockfile = (packages: Record<string, object>) => JSON.stringify({ packages });
const wanted = lockfile({
  '': { name: 'root' },
  'libs/own': { version: '0.1.0' },
  'node_modules/own': { resolved: 'libs/own', link: true },
  'node_modules/plain': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/for-elsewhere': { version: '1.0.0', integrity: 'sha512-b', optional: true },
});
const own = { resolved: 'libs/own', link: true };
const plain = { version: '1.0.0', integrity: 'sha512-a' };

describe('outdatedPackages', () => {
  it.each([
    ['everything is there', { 'node_modules/own': own, 'node_modules/plain': plain }],
    [
      'npm recorded where a package came from, which the lockfile leaves out',
      { 'node_modules/own': own, 'node_modules/plain': { ...plain, resolved: 'somewhere' } },
    ],
  ])('asks for no installation when %s', (_, installed) => {
    expect(outdatedPackages(wanted, lockfile(installed))).toBeNull();
  });

  it('asks for one when there is no record of a finished installation', () => {
    expect(outdatedPackages(wanted, null)).toBe('nothing is installed');
  });

  it.each([
    ['a missing package', { 'node_modules/own': own }, 'node_modules/plain is missing'],
    ['a new workspace', { 'node_modules/plain': plain }, 'node_modules/own is missing'],
    [
      'another version',
      { 'node_modules/own': own, 'node_modules/plain': { ...plain, version: '0.9.0' } },
      'node_modules/plain is not the locked one',
    ],
    [
      'other content under the same version',
      { 'node_modules/own': own, 'node_modules/plain': { ...plain, integrity: 'sha512-z' } },
      'node_modules/plain is not the locked one',
    ],
    [
      'a package that was removed from the lockfile',
      { 'node_modules/own': own, 'node_modules/plain': plain, 'node_modules/gone': plain },
      'node_modules/gone is not in package-lock.json',
    ],
  ])('asks for one because of %s', (_, installed, reason) => {
    expect(outdatedPackages(wanted, lockfile(installed))).toBe(reason);
  });
});
