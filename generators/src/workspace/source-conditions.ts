import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '../nx/devkit';

/**
 * The conditions under which a workspace's own packages are imported from their sources: `customConditions` of its
 * tsconfig. Daemons run and contracts are read under them, so that neither needs a build.
 */
export function sourceConditions(workspaceRoot: string): readonly string[] {
  const file = ['tsconfig.base.json', 'tsconfig.json']
    .map((name) => join(workspaceRoot, name))
    .find((path) => existsSync(path));
  if (file === undefined) return [];
  const { compilerOptions } = readJsonFile<{ compilerOptions?: { customConditions?: unknown } }>(file);
  const conditions = compilerOptions?.customConditions;
  // They become part of a shell command, so only what needs no quoting is taken.
  return Array.isArray(conditions) ? conditions.map(String).filter((name) => /^[\w@/.-]+$/.test(name)) : [];
}
