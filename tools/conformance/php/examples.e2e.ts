import { scriptedServer, tempDirectory, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../client/processes';
import { snippets } from '../packed/snippets';

const PHP = resolve(__dirname, '../../../php');
const run = promisify(execFile);

let directory: TempDirectory;
let server: FixtureProcess;

beforeAll(async () => {
  directory = await tempDirectory();
  server = await startServer(directory);
});

afterAll(async () => {
  await server.cleanup();
  await directory.cleanup();
});

const PRINTED: Readonly<Record<string, string>> = {
  'call.php': `echo: {"name":"Ada","tags":[],"extra":{}}
the daemon says no_handler_found
deadline_exceeded, it may have run
done
`,
  'later.php': 'the response\n',
  'original.php': 'Ada\ntimed out\n',
  'pool.php': `{"delay":100}
{"delay":50}
{"delay":80}
{"delay":20}
no_handler_found
together they took as long as the slowest
`,
  'testing.php': 'ordered\nsold out\n2 calls\n',
  'worker.php': 'first done\nsecond done\nthird done\n',
};

test('every example has its output here', () => {
  expect(readdirSync(resolve(PHP, 'examples')).sort()).toEqual(Object.keys(PRINTED));
});

test.each(Object.entries(PRINTED))('the example %s prints what it says', async (name, printed) => {
  const { stdout, stderr } = await run('php', [resolve(PHP, 'examples', name), directory.file('s')]);
  expect([stdout, stderr]).toEqual([printed, '']);
});

describe('the guide', async () => {
  const pieces = await snippets('docs/guides/php.md', 'php');
  // Those of frameworks need the framework.
  const runnable = pieces.filter((code) => !code.includes('namespace App'));

  test('has pieces to run and pieces of frameworks', () => {
    expect([runnable.length >= 8, pieces.length - runnable.length]).toEqual([true, 2]);
  });

  test.each(pieces)('is PHP: %s', async (code) => {
    const { stdout } = await run('php', [
      '-r',
      'echo count(token_get_all($argv[1], TOKEN_PARSE)) > 0 ? "fine" : "";',
      `<?php ${code}`,
    ]);
    expect(stdout).toBe('fine');
  });

  test.each(runnable)('runs: %s', async (code) => {
    const path = directory.file(`g${runnable.indexOf(code)}`);
    // Says yes to everything, with a reply that every piece can use.
    await using daemon = await scriptedServer(path, async (peer) => {
      for (;;) {
        const line = await peer.nextLine({ timeoutMs: 60_000 }).catch(() => undefined);
        if (line === undefined) return;
        const { ipcReqID, oneway } = JSON.parse(line) as { ipcReqID: string; oneway?: boolean };
        const data = { hello: 'Ada', name: 'Ada', count: 3, line: 'x' };
        if (!oneway) await peer.send({ v: 2, ipcReqID, data });
      }
    });
    const head = `require '${PHP}/autoload.php'; require '${PHP}/PixlIPCClient.class.php';
      use PixlIpc\\{Client, ClientOptions, Transport}; use PixlIpc\\Exception\\{IpcException, RemoteException, TimeoutException};
      use PixlIpc\\Testing\\FakeTransport;
      $client = new Client('${path}'); $id = 7; $sku = 'a'; $page = '/';`;
    const body = code.replaceAll('/run/myapp/ipc.sock', path).replaceAll(/^(<\?php|require .*|use PixlIpc.*)$/gm, '');
    const { stderr } = await run('php', [
      '-d',
      'display_errors=stderr',
      '-d',
      'error_reporting=-1',
      '-d',
      'zend.assertions=1',
      '-r',
      head + body,
    ]);
    expect(stderr).toBe('');
    expect(daemon.connections.length + Number(code.includes('Fake'))).toBeGreaterThan(0);
  });
});
