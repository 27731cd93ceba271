import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { arrows } from '../arrows.mjs';
import { readNxGraph } from './nx-graph.ts';
import { ROOT } from './repository.ts';

const TIMEOUT_MS = 60_000;

describe('the arrows between projects', { timeout: TIMEOUT_MS }, () => {
  it('leave and reach projects that have exactly one scope of the table', () => {
    const { projects } = readNxGraph();
    expect(projects.length).toBeGreaterThan(0);
    expect(
      projects.filter(({ scopes: [scope, ...more] }) => more.length > 0 || !Object.hasOwn(arrows, scope ?? '')),
    ).toEqual([]);
  });

  it('are those of the table and no others', () => {
    const { projects, arrows: drawn } = readNxGraph();
    const scopeOf = new Map(projects.map(({ name, scopes }) => [name, scopes[0] ?? '']));
    const forbidden = drawn.filter(([from, to]) => {
      const [source, target] = [scopeOf.get(from) ?? '', scopeOf.get(to) ?? ''];
      return source !== target && arrows[source]?.includes(target) !== true;
    });
    expect(drawn.length).toBeGreaterThan(0);
    expect(forbidden).toEqual([]);
  });

  it('never lead back to where they came from', () => {
    const reach = (from: string, seen: Set<string>): Set<string> => {
      for (const to of arrows[from] ?? []) if (!seen.has(to)) reach(to, seen.add(to));
      return seen;
    };
    expect(Object.keys(arrows).filter((scope) => reach(scope, new Set()).has(scope))).toEqual([]);
  });

  describe('as lint sees them', () => {
    const eslint = new ESLint({ cwd: ROOT });

    it.each([
      ['allows', 'libs/client/src/index.ts', '@pixl-ipc/protocol', []],
      ['refuses', 'libs/protocol/src/index.ts', '@pixl-ipc/server', ['@nx/enforce-module-boundaries']],
      ['refuses', 'libs/protocol/src/index.ts', '../../server/src/index', ['@nx/enforce-module-boundaries']],
    ])('%s that %s imports %s', async (_, file, target, rules) => {
      const [result] = await eslint.lintText(`import '${target}';\n`, { filePath: join(ROOT, file) });
      expect(result?.messages.map(({ ruleId }) => ruleId)).toEqual(rules);
    });
  });
});
