import { until } from '@pixl-ipc/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserWorkspace } from '../packed/user-workspace';
import { atPath, snippets } from '../packed/snippets';

const PAGE = 'docs/guides/observability.md';

let workspace: UserWorkspace;
let daemon: ChildProcess;
let printed = '';

/** Runs a script of the workspace until the test ends it. */
function start(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, args, { cwd: workspace.path, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = child.exitCode === null ? once(child, 'exit') : undefined;
  child.kill('SIGTERM');
  await exited;
}

beforeAll(async () => {
  workspace = await UserWorkspace.linked();
  const socketPath = join(workspace.path, 'ipc.sock');
  for (const snippet of await snippets(PAGE, 'js')) {
    await workspace.write(/^\/\/ (\S+)/.exec(snippet)?.[1] ?? 'unnamed', atPath(snippet, socketPath));
  }
  const [config = ''] = await snippets(PAGE, 'json');
  const given = JSON.parse(atPath(config, socketPath)) as { IPCServer: { builtins: object } };
  // Those who may ask in the guide are not the user who tests.
  const builtins = { ...given.IPCServer.builtins, stats: true, metrics: { allow_uids: [process.getuid?.() ?? 0] } };
  const IPCServer = { ...given.IPCServer, builtins };
  await workspace.write(
    'daemon.js',
    `require('./tracing.js');
     require('./slow-calls.js');
     const PixlServer = require('pixl-server');
     const config = { foreground: true, exit_on_shutdown: true, echo: false, log_dir: '.', IPCServer: ${JSON.stringify(IPCServer)} };
     const server = new PixlServer({ __name: 'MyDaemon', config, components: [require('pixl-ipc')] });
     server.startup(() => {
       server.IPCServer.addURIHandler('/slow', 'slow', (request, reply) => void setTimeout(reply, 120, { ok: true }));
     });`,
  );
  daemon = start('daemon.js');
  await until(() => existsSync(socketPath), { what: 'the daemon to listen', timeoutMs: 20_000 });
  await workspace.write(
    'call.js',
    `require('./tracing.js');
     const { createClient } = require('@pixl-ipc/client');
     const client = createClient({ socketPath: ${JSON.stringify(socketPath)} });
     client.call('/slow').then(() => client.close());`,
  );
});

afterAll(async () => {
  await stop(daemon);
  await workspace[Symbol.asyncDispose]();
});

test('the channels and spans of the guide tell of a slow call, in one trace', async () => {
  const { stdout } = await workspace.node('call.js');
  await until(() => /\/slow took \d+ ms \(ok\)/.test(printed), { what: 'the slow call to be told' });
  const [, traceId = 'none'] = /traceId: '(\w+)'/.exec(stdout) ?? [];
  await until(() => printed.includes(traceId), { what: 'the server to go on with the trace' });
});

test('the script that watches prints what was called, and how it went', async () => {
  const { stdout } = await workspace.node('watch.js');
  expect(stdout).toMatch(/^\/slow \{ calls: 1, errors: \{\}, p99: \d[\d.]* \}$/m);
  expect(stdout).toMatch(/^ready$/m);
});

test('the exporter serves the page that Prometheus reads', async () => {
  const exporter = await snippets(PAGE, 'js').then((all) => all.find((code) => code.startsWith('// exporter.js')));
  const port = join(workspace.path, 'http');
  const script = atPath(exporter ?? '', join(workspace.path, 'ipc.sock'));
  await workspace.write('exporter.js', script.replace("9464, '127.0.0.1'", JSON.stringify(port)));
  const serving = start('exporter.js');
  try {
    await until(() => existsSync(port), { what: 'the exporter to listen' });
    const page = await new Promise<string>((resolve, reject) => {
      request({ socketPath: port, path: '/metrics' }, (response) => {
        expect(response.headers['content-type']).toBe('text/plain; version=0.0.4');
        text(response).then(resolve, reject);
      })
        .on('error', reject)
        .end();
    });
    expect(page).toContain('\npixl_ipc_server_calls_total{endpoint="/slow",code="ok"} 1\n');
  } finally {
    await stop(serving);
  }
});
