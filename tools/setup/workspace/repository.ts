import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The workspace's root, without a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** Every file that a commit of the working tree would hold, seen from the root. */
export function committedFiles(): string[] {
  // Git refuses a checkout that belongs to somebody else, as a CI's may, unless told.
  const args = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { optional?: boolean }>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The package.json of a project, by the project's folder. */
export function readManifest(root: string): PackageManifest {
  return JSON.parse(readText(join(root, 'package.json'))) as PackageManifest;
}

/** The packages that are published, by the folder of each. */
export function publishedPackages(): Map<string, PackageManifest> {
  const folders = committedFiles().flatMap((path) => /^(libs\/[^/]+|generators)\/package\.json$/.exec(path)?.[1] ?? []);
  return new Map(folders.map((root) => [root, readManifest(root)]));
}
