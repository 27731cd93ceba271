import { describe, expect, it } from 'vitest';
import { missingDebianPackages } from './php-packages.mjs';

describe('missingDebianPackages', () => {
  it('names nothing when all is there', () => {
    expect(missingDebianPackages(new Set(['php', 'php-fpm', 'composer', 'unzip', 'ext-dom', 'ext-mbstring']))).toEqual(
      [],
    );
  });

  it('names the package of each missing command and extension', () => {
    expect(missingDebianPackages(new Set(['php', 'unzip', 'ext-mbstring']))).toEqual([
      'php-fpm',
      'composer',
      'php-xml',
    ]);
  });

  it('names the whole set on a bare machine', () => {
    expect(missingDebianPackages(new Set())).toEqual([
      'php-cli',
      'php-fpm',
      'composer',
      'unzip',
      'php-xml',
      'php-mbstring',
    ]);
  });
});
