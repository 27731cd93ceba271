import { until } from '@pixl-ipc/testkit';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atPath, snippets } from '../packed/snippets';
import { UserWorkspace } from '../packed/user-workspace';

const ROOT = resolve(__dirname, '../../..');
const run = promisify(execFile);

const EXAMPLES = [
  'calling.ts',
  'streams.ts',
  'errors.ts',
  'retry.ts',
  'connection.ts',
  'interceptors.ts',
  'expect-uid.ts',
  'memory.ts',
] as const;

let workspace: UserWorkspace;
let programs: Map<string, string>;
let stop: () => Promise<void>;

beforeAll(async () => {
  workspace = await UserWorkspace.linked();
  const socket = join(workspace.path, 's');
  programs = new Map();
  for (const snippet of await snippets('docs/guides/client.md', 'ts')) {
    const name = /^\/\/ (\S+)/.exec(snippet)?.[1] ?? expect.fail('a snippet has no name');
    programs.set(name, atPath(snippet, socket));
  }
  for (const [name, text] of programs) await workspace.write(name, text);
  await workspace.compile([...programs.keys()]);
  const server = spawn(process.execPath, ['server.js'], { cwd: workspace.path, stdio: 'inherit' });
  const ended = new Promise<void>((settle) => server.once('exit', () => settle()));
  stop = () => {
    server.kill('SIGTERM');
    return ended;
  };
  await until(() => existsSync(socket), { what: 'the server of the guide', timeoutMs: 60_000 });
});

afterAll(async () => {
  await stop();
  await workspace[Symbol.asyncDispose]();
});

/** The lines that a program says it prints: comments at the end of those that print, or after those that cause it. */
function promisedLines(program: string): string[] {
  return program.split('\n').flatMap((line) => {
    const [, said] = /(?:console\.log\(.*|^ *)\/\/ (.+)$/.exec(line) ?? [];
    return said === undefined || said.endsWith('.ts') ? [] : [said];
  });
}

test.each(EXAMPLES)('%s prints what the guide says', async (name) => {
  const program = programs.get(name) ?? expect.fail('there is no such snippet');
  const promised = promisedLines(program);
  expect(promised.length).toBeGreaterThan(0);
  const { stdout } = await run(process.execPath, [name.replace(/\.ts$/, '.js')], {
    cwd: workspace.path,
    timeout: 60_000,
  });
  expect(stdout.trimEnd().split('\n')).toEqual(promised);
});

test('all of it is typed as strict TypeScript wants it', async () => {
  expect([...programs.keys()].sort()).toEqual([...EXAMPLES, 'contracts.ts', 'server.ts'].sort());
  const compiler = resolve(ROOT, 'node_modules/typescript/bin/tsc');
  const strict = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--noUncheckedIndexedAccess',
    '--noEmit',
    '--skipLibCheck',
  ];
  const environment = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  const libraries = ['--lib', 'es2023,es2024.string,esnext.disposable'];
  await run(process.execPath, [compiler, ...strict, ...environment, ...libraries, ...programs.keys()], {
    cwd: workspace.path,
  }).catch((error: unknown) => {
    throw new Error((error as { stdout?: string }).stdout ?? String(error));
  });
});
