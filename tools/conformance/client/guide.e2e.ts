import { tempDirectory, until, type TempDirectory } from '@pixl-ipc/testkit';
import { execFile, spawn } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atPath, snippets } from '../packed/snippets';

const ROOT = resolve(__dirname, '../../..');
const SOURCES = ['--conditions=@pixl-ipc/source', '--require', resolve(ROOT, 'node_modules/tsx/dist/cjs/index.cjs')];
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

let directory: TempDirectory;
let programs: Map<string, string>;
let stop: () => Promise<void>;

beforeAll(async () => {
  directory = await tempDirectory();
  symlinkSync(resolve(ROOT, 'node_modules'), directory.file('node_modules'));
  await writeFile(directory.file('package.json'), '{"type":"commonjs"}');
  programs = new Map();
  for (const snippet of await snippets('docs/guides/client.md', 'ts')) {
    const name = /^\/\/ (\S+)/.exec(snippet)?.[1] ?? expect.fail('a snippet has no name');
    programs.set(name, atPath(snippet, directory.file('s')));
  }
  for (const [name, text] of programs) await writeFile(directory.file(name), text);
  const server = spawn(process.execPath, [...SOURCES, 'server.ts'], { cwd: directory.path, stdio: 'inherit' });
  const ended = new Promise<void>((settle) => server.once('exit', () => settle()));
  stop = () => {
    server.kill('SIGTERM');
    return ended;
  };
  await until(() => existsSync(directory.file('s')), { what: 'the server of the guide', timeoutMs: 60_000 });
});

afterAll(async () => {
  await stop();
  await directory.cleanup();
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
  const { stdout } = await run(process.execPath, [...SOURCES, name], { cwd: directory.path, timeout: 60_000 });
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
  const sources = ['--customConditions', '@pixl-ipc/source', '--lib', 'es2023,es2024.string,esnext.disposable'];
  await run(process.execPath, [compiler, ...strict, ...environment, ...sources, ...programs.keys()], {
    cwd: directory.path,
  }).catch((error: unknown) => {
    throw new Error((error as { stdout?: string }).stdout ?? String(error));
  });
});
