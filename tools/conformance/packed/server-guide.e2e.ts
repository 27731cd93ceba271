import { until } from '@pixl-ipc/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserWorkspace } from './user-workspace';
import { atPath, snippets } from './snippets';

const GUIDE = 'docs/guides/server.md';

let workspace: UserWorkspace;
let socketPath: string;
const files: string[] = [];

beforeAll(async () => {
  workspace = await UserWorkspace.linked();
  socketPath = join(workspace.path, 'ipc.sock');
  for (const snippet of await snippets(GUIDE, 'ts')) {
    const file = /^\/\/ (\S+)/.exec(snippet)?.[1] ?? 'unnamed.ts';
    await workspace.write(file, atPath(snippet, socketPath));
    files.push(file);
  }
});

afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
});

test("the guide's snippets are typed as strict TypeScript wants it", async () => {
  expect(files).toHaveLength(new Set(files).size);
  await workspace.typecheck(files, { libraries: false }).catch((error: unknown) => {
    throw new Error((error as { stdout?: string }).stdout ?? String(error));
  });
});

test('its client gets from its server what the guide says, and the server ends when it is told to', async () => {
  const server = spawn(process.execPath, ['--import', 'tsx', 'server.ts'], { cwd: workspace.path, stdio: 'inherit' });
  const exited = once(server, 'exit');
  try {
    await until(() => existsSync(socketPath), { what: 'the server to listen', timeoutMs: 20_000 });
    const { stdout } = await workspace.node('--import', 'tsx', 'call.ts');
    expect(stdout).toBe('10\n1 left\n1\n2\n3\n');
  } finally {
    server.kill('SIGTERM');
  }
  expect(await exited).toEqual([0, null]);
});

test('its test passes, and ends by itself', async () => {
  expect((await workspace.node('--import', 'tsx', 'buy.test.ts')).stdout).toBe('passed\n');
});
