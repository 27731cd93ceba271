import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command, CommandRunner } from '../processes/command-runner.mjs';
import { runAllTests } from './run-all-tests.mjs';

const GREEN = {
  sync: 0,
  graph: 0,
  'check-all': 0,
  test: 0,
  e2e: 0,
  report: true,
  leftovers: [] as string[],
};

let root: string;
let printed: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pixl-ipc-setup-'));
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    printed.push(line);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
}

/** A runner in whose workspace one project has the targets check-all, test and e2e. */
function pretend(exits: typeof GREEN) {
  const commands: string[] = [];
  const runTask = (target: 'check-all' | 'test' | 'e2e') => {
    const code = exits[target];
    if (target !== 'check-all' && exits.report) {
      const assertionResults = [
        {
          status: code === 0 ? 'passed' : 'failed',
          ancestorTitles: ['a listener'],
          title: 'closes',
          failureMessages: code === 0 ? [] : ['Error: still open\n    at listener.spec.ts:1:1'],
        },
      ];
      write(`.cache/reports/server.${target}.json`, {
        success: code === 0,
        numTotalTests: 1,
        testResults: [
          {
            name: join(root, 'libs/server/listener.spec.ts'),
            status: code === 0 ? 'passed' : 'failed',
            message: '',
            assertionResults,
          },
        ],
      });
    }
    return { project: 'server', target, status: code === 0 ? 'success' : 'failure', code };
  };
  const run = ({ file, args, env }: Command): Promise<number> => {
    commands.push([file.split('/').at(-1), ...args].join(' '));
    if (args[0] === 'sync:check') return Promise.resolve(exits.sync);
    if (args[0] === 'graph') {
      write('.cache/graph.json', {
        graph: { nodes: { server: { data: { targets: { 'check-all': {}, test: {}, e2e: {} } } } } },
      });
      return Promise.resolve(exits.graph);
    }
    const results = args.includes('e2e') ? [runTask('e2e')] : [runTask('check-all'), runTask('test')];
    if (env?.PIXL_IPC_TASK_RESULTS === undefined) throw new Error('Nx was not asked for its task results');
    writeFileSync(env.PIXL_IPC_TASK_RESULTS, JSON.stringify(results));
    return Promise.resolve(results.some(({ code }) => code !== 0) ? 1 : 0);
  };
  const runner: CommandRunner = {
    run,
    endLeftovers: () => Promise.resolve(exits.leftovers),
    stopStatus: () => null,
    dispose: () => undefined,
  };
  return { runner, commands };
}

describe('runAllTests', () => {
  it('ends in the closing line and 0 when everything passed', async () => {
    const { runner } = pretend(GREEN);
    expect(await runAllTests(root, runner)).toBe(0);
    expect(printed.at(-1)?.split('\n').at(-1)).toBe('4 passed, 0 failed');
  });

  it.each([
    ['the check of generated files', { sync: 1 }, '3 passed, 1 failed'],
    ['a task without a report', { 'check-all': 1 }, '3 passed, 1 failed'],
    ['a test', { test: 1 }, '3 passed, 1 failed'],
    ['an end-to-end test', { e2e: 1 }, '3 passed, 1 failed'],
    ['everything', { sync: 1, 'check-all': 1, test: 1, e2e: 1 }, '0 passed, 4 failed'],
    ['nx graph', { graph: 1 }, '1 passed, 2 failed'],
    ['the writing of reports', { report: false }, '2 passed, 3 failed'],
    ['the end of a process', { leftovers: ['node daemon.js'] }, '4 passed, 1 failed'],
  ])('counts the failure of %s and exits with 1', async (_, exits, closingLine) => {
    const { runner } = pretend({ ...GREEN, ...exits });
    expect(await runAllTests(root, runner)).toBe(1);
    expect(printed.at(-1)?.split('\n').at(-1)).toBe(closingLine);
  });

  it('says which test failed and why, and the closing line after it', async () => {
    const { runner } = pretend({ ...GREEN, test: 1 });
    await runAllTests(root, runner);
    expect(printed.join('\n').split('\n').slice(-6)).toEqual([
      'Failed:',
      '  server:test: 1 of 1 failed',
      '    libs/server/listener.spec.ts: a listener > closes',
      '      Error: still open',
      '',
      '3 passed, 1 failed',
    ]);
  });

  it('runs every round whatever failed before', async () => {
    const { runner, commands } = pretend({ ...GREEN, sync: 1, 'check-all': 1, test: 1 });
    await runAllTests(root, runner);
    expect(commands).toEqual([
      'nx sync:check',
      expect.stringMatching(/^nx graph /),
      expect.stringMatching(/^nx run-many .*check-all,format-all,build-all,test/),
      expect.stringMatching(/^nx run-many .*e2e/),
    ]);
  });

  it('does not count the report of an earlier run', async () => {
    write('.cache/reports/gone.test.json', { from: 'an earlier run' });
    const { runner } = pretend(GREEN);
    await runAllTests(root, runner);
    expect(existsSync(join(root, '.cache/reports/gone.test.json'))).toBe(false);
  });
});
