import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { readNxGraph } from './nx-graph.ts';
import { committedFiles, publishedPackages, readText, ROOT } from './repository.ts';

/** The files that a tsconfig takes in. */
function filesOf(path: string): string[] {
  const { config } = ts.parseConfigFileTextToJson(path, readText(path)) as { config: unknown };
  return ts.parseJsonConfigFileContent(config, ts.sys, join(ROOT, dirname(path))).fileNames;
}

describe('the targets of projects', { timeout: 60_000 }, () => {
  it('include every one that the project has something for', () => {
    const files = committedFiles();
    const published = publishedPackages();
    const missing = readNxGraph().projects.flatMap(({ name, root, targets }) => {
      const has = (ending: string) => files.some((path) => path.startsWith(`${root}/`) && path.endsWith(ending));
      const wanted = {
        lint: true,
        typecheck: has('.ts'),
        test: has('.spec.ts') || published.has(root),
        build: published.has(root),
        e2e: has('.e2e.ts'),
      };
      return Object.entries(wanted).flatMap(([target, needed]) =>
        needed && !targets.includes(target) ? [`${name}:${target}`] : [],
      );
    });
    expect(missing).toEqual([]);
  });

  it('of the whole workspace reach every file that those of the projects reach', () => {
    const all = new Set(filesOf('tsconfig.all.json'));
    const own = committedFiles().filter((path) => path.endsWith('/tsconfig.json'));
    expect(own.flatMap(filesOf).filter((file) => !all.has(file))).toEqual([]);
  });
});
