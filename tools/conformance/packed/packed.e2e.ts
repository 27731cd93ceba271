import { assertNoLeftovers, until } from '@pixl-ipc/testkit';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserWorkspace } from './user-workspace';
import { atPath, snippets } from './snippets';

let workspace: UserWorkspace;

beforeAll(async () => {
  workspace = await UserWorkspace.installed();
});

afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
});

test('a runtime install brings no Nx, no compiler and no schema library', async () => {
  const installed = await workspace.packages();
  expect(installed.filter((name) => /^(nx|@nx\/|typescript|zod|@swc\/|vite|tsx)/.test(name))).toEqual([]);
  // The templates' library comes along for the generators, and nothing else loads it.
  const loaded = await workspace.node(
    '-p',
    `require('pixl-ipc'); require('pixl-ipc/client'); Object.keys(require.cache).some((path) => path.includes('handlebars'))`,
  );
  expect(loaded.stdout).toBe('false\n');
  expect(installed.filter((name) => name.startsWith('@pixl-ipc/')).sort()).toEqual([
    '@pixl-ipc/client',
    '@pixl-ipc/component',
    '@pixl-ipc/contract',
    '@pixl-ipc/credentials',
    '@pixl-ipc/opentelemetry',
    '@pixl-ipc/protocol',
    '@pixl-ipc/server',
  ]);
});

test('require gives the component class and the client class themselves', async () => {
  const { stdout } = await workspace.node(
    '-e',
    `const IPCServer = require('pixl-ipc'); const IPCClient = require('pixl-ipc/client');
     const component = new IPCServer();
     console.log(component.__name, typeof component.addURIHandler, new IPCClient('x.sock') instanceof require('events'));`,
  );
  expect(stdout).toBe('IPCServer function true\n');
});

test('ESM imports get the classes as default, and the libraries by name', async () => {
  await workspace.write(
    'imports.mjs',
    `import IPCServer from 'pixl-ipc';
     import IPCClient from 'pixl-ipc/client';
     import { FrameDecoder } from '@pixl-ipc/protocol';
     import { Server } from '@pixl-ipc/server';
     import { createClient } from '@pixl-ipc/client';
     import { IPCServer as Named } from '@pixl-ipc/component';
     console.log(IPCServer === Named, IPCServer.prototype.__name, IPCClient.name, FrameDecoder.name, Server.name, createClient.name);`,
  );
  const { stdout } = await workspace.node('imports.mjs');
  expect(stdout).toBe('true IPCServer IPCClient FrameDecoder Server createClient\n');
});

test('types are there for strict TypeScript, from CommonJS and ESM', async () => {
  const body = `
    const client = new IPCClient('my.sock', null, { requestTimeout: 500, codeToErr: true });
    client.connect().then(() => client.send('/x', { a: 1 })).then((data: unknown) => data);
    client.send('/x', {}, (err, data) => { void err; void data; });
    class Mine extends IPCServer {
      override startup(callback: (error?: Error | null) => void): void {
        this.addURIHandler(/^\\/x/, 'x', (request, reply) => reply(request.data));
        this.addURIHandler('/y', 'y', async () => this.getStats().connections);
        super.startup(callback);
      }
    }
    void new Mine();
  `;
  await workspace.write(
    'consumer.cts',
    `import IPCServer = require('pixl-ipc');\nimport IPCClient = require('pixl-ipc/client');\n${body}
    // @ts-expect-error -- a handler must be a function
    new IPCServer().addURIHandler('/z', 'z', 5);`,
  );
  await workspace.write(
    'consumer.mts',
    `import IPCServer from 'pixl-ipc';\nimport IPCClient from 'pixl-ipc/client';\n${body}`,
  );
  await workspace.typecheck(['consumer.cts', 'consumer.mts']).catch((error: unknown) => {
    throw new Error((error as { stdout?: string }).stdout ?? String(error));
  });
});

/** Starts a script here, waits for its socket, and stops it after `use`: it has to end well and leave nothing. */
async function whileServing(script: string, socket: string, use: () => Promise<void>): Promise<void> {
  const server = spawn(process.execPath, [script], { cwd: workspace.path, stdio: 'inherit' });
  try {
    await until(() => existsSync(join(workspace.path, socket)), { what: `${script} to listen`, timeoutMs: 20_000 });
    await use();
  } finally {
    server.kill('SIGTERM');
  }
  await until(() => server.exitCode !== null, { what: `${script} to stop`, timeoutMs: 10_000 });
  expect(server.exitCode).toBe(0);
  assertNoLeftovers({ directory: workspace.path });
}

test("the README's server and client do what it says", async () => {
  for (const snippet of await snippets('README.md', 'js')) {
    await workspace.write(/^\/\/ (\S+)/.exec(snippet)?.[1] ?? 'unnamed', snippet);
  }
  await whileServing('server.js', 'my.sock', async () => {
    const { stdout } = await workspace.node('client.js');
    expect(stdout).toBe("{ hello: 'Ada' }\n");
  });
});

test("the guides' snippets run, and do what their pages say", async () => {
  const socket = join(workspace.path, 'ipc.sock');
  const [config = ''] = await snippets('docs/guides/component.md', 'json');
  const given = JSON.parse(atPath(config, socket)) as object;
  await workspace.write(
    'config.json',
    JSON.stringify({ ...given, foreground: true, exit_on_shutdown: true, log_dir: '.' }),
  );
  const server = (await snippets('docs/guides/component.md', 'js'))
    .join('\n')
    .replace('conf/config.json', 'config.json');
  await workspace.write('guide-server.js', server);
  const clients = await snippets('docs/guides/node-client.md', 'js');
  await workspace.write(
    'guide-client.js',
    `${atPath(clients[0] ?? '', socket).replace('await client.close', 'console.log(user);\n  await client.close')}\nmain();`,
  );
  await workspace.write(
    'guide-strict.js',
    `const IPCClient = require('pixl-ipc/client');\n${atPath(clients[1] ?? '', socket)}`,
  );
  await workspace.write(
    'guide-calls.js',
    `const IPCClient = require('pixl-ipc/client');
     const client = new IPCClient(${JSON.stringify(socket)}, null, { userAgent: 'guide' });
     client.connect()
       .then(() => Promise.all([client.send('/myapi/add', { a: 1, b: 2 }), client.send('/myapi/later'), client.send('/nope')]))
       .then((replies) => { console.log(JSON.stringify(replies)); return client.close(); });`,
  );
  await whileServing('guide-server.js', 'ipc.sock', async () => {
    expect((await workspace.node('guide-client.js')).stdout).toBe('{ id: 7 }\n');
    expect((await workspace.node('guide-calls.js')).stdout).toBe(
      '[{"sum":3},{"from":"guide"},{"code":"unknown","message":"There is no /nope here"}]\n',
    );
    // The guide's server has a default handler, whose reply has a code as well.
    expect((await workspace.node('guide-strict.js')).stdout).toBe('unknown\n');
  });
});
