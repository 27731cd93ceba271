import { describe, expect, it } from 'vitest';
import { ROOT, committedFiles, readText } from './repository.ts';

/** In pieces, or this file would be the first to name them. */
const REGISTRY_HOSTS = [
  ['registry', 'npmjs'],
  ['registry', 'yarnpkg'],
  ['packagist', 'org'],
  ['deb', 'debian', 'org'],
].map((parts) => parts.join('.'));
const MACHINE_PATHS = [`${ROOT}/`, ...['home', 'Users'].map((folder) => `/${folder}/`)];

describe('the files of a commit', () => {
  it.each([
    ['the host of a package registry', REGISTRY_HOSTS],
    ['a path of somebody’s machine', MACHINE_PATHS],
  ])('do not name %s', (_, words) => {
    const found = committedFiles().flatMap((path) => {
      const text = readText(path);
      return words.filter((word) => text.includes(word)).map((word) => `${path}: ${word}`);
    });
    expect(found).toEqual([]);
  });

  it('hold no address to download a locked package from', () => {
    const { packages } = JSON.parse(readText('package-lock.json')) as {
      packages: Record<string, { resolved?: string }>;
    };
    expect(Object.entries(packages).filter(([, { resolved }]) => resolved?.includes('://') === true)).toEqual([]);
  });
});
