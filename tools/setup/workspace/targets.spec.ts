import { describe, expect, it } from 'vitest';
import { readNxGraph } from './nx-graph.ts';
import { committedFiles, publishedPackages } from './repository.ts';

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
});
