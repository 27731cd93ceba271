import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

/** A program of a user, and what it must print. */
const PROGRAM = `
import IPCClient from 'pixl-ipc/client';
import { createRequire } from 'node:module';

console.log(createRequire(import.meta.url)('pixl-ipc/client') === IPCClient, IPCClient.name);
class Mine extends IPCClient {}
const client = new Mine(process.argv.at(-1), null, { logStatsInterval: 5 });
await client.connect();
console.log(await client.send('/echo', { ping: 'me' }));
client.send('/hang', 1, (err) => console.log(err));
process.once('uncaughtException', (error) => console.log('uncaught', error.message));
client.close(() => {
  console.log('closed');
  throw new Error('from a callback');
});
`;

it('is the class for require and for import, and ends with its program', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-'));
  const path = join(directory, 's');
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      if (String(bytes).includes('/echo')) socket.write('{"ipcReqID":"rq0","data":{"ping":"me"}}\n');
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  });

  const node = ['--conditions=@pixl-ipc/source', '--import', 'tsx', '--input-type=module', '--eval', PROGRAM, path];
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: __dirname, timeout: 25_000 });
  expect(stdout.trimEnd().split('\n')).toEqual([
    'true IPCClient',
    "{ ping: 'me' }",
    'no_open_stream',
    'closed',
    'uncaught from a callback',
  ]);
});
