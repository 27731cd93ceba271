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
const files: string[] = [];

beforeAll(async () => {
  workspace = await UserWorkspace.linked();
  const socketPath = join(workspace.path, 'ipc.sock');
  // What the README shows of generated clients runs where they are generated: nx/quick-start.e2e.ts.
  const readme = (await snippets('README.md', 'ts')).filter((code) => !code.includes('-client/'));
  for (const snippet of [...(await snippets(GUIDE, 'ts')), ...readme]) {
    const file = /^\/\/ (\S+)/.exec(snippet)?.[1] ?? 'unnamed.ts';
    await workspace.write(file, atPath(snippet, socketPath));
    files.push(file);
  }
  await workspace.compile(files);
});

afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
});

const compiled = (file: string) => file.replace(/\.ts$/, '.js');

test('the snippets of the guide and of the README are typed as strict TypeScript wants it', async () => {
  expect(files).toHaveLength(new Set(files).size);
  await workspace.typecheck(files, { libraries: false }).catch((error: unknown) => {
    throw new Error((error as { stdout?: string }).stdout ?? String(error));
  });
});

test.each([
  ['the guide', 'server.ts', 'ipc.sock', 'call.ts', '10\n1 left\n1\n2\n3\n'],
  ['the README', 'hello.server.ts', 'typed.sock', 'hello.client.ts', "{ hello: 'Ada' }\n"],
])(
  'the client of %s gets what that says, and the server ends when it is told to',
  async (_, serve, socket, call, says) => {
    const server = spawn(process.execPath, [compiled(serve)], { cwd: workspace.path, stdio: 'inherit' });
    const exited = once(server, 'exit');
    try {
      await until(() => existsSync(join(workspace.path, socket)), { what: 'the server to listen', timeoutMs: 20_000 });
      const { stdout } = await workspace.node(compiled(call));
      expect(stdout).toBe(says);
    } finally {
      server.kill('SIGTERM');
    }
    expect(await exited).toEqual([0, null]);
  },
);

test.each(['buy.test.ts', 'context.test.ts', 'unchecked.test.ts', 'middleware.test.ts'])(
  "the guide's %s passes, and ends by itself",
  async (file) => {
    expect(files).toContain(file);
    expect((await workspace.node(compiled(file))).stdout).toBe('passed\n');
  },
);
