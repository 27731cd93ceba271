import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { echo, ScriptedServer } from './testing/scripted-server';

it('a program is kept alive by its calls and by nothing else, and lets an error thrown by one outcome harm no other', async () => {
  const server = await ScriptedServer.start((request, peer) => {
    if (request.uri === '/echo') echo(request, peer);
    if (request.uri === '/end') peer.socket.end();
    if (request.uri === '/later') setTimeout(() => echo(request, peer), 200);
  });
  const fixture = join(__dirname, 'testing/process-fixture.ts');
  const args = ['--conditions=@pixl-ipc/source', '--require', 'tsx/cjs', fixture, server.socketPath];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 25_000 });
  expect(stdout.trimEnd().split('\n')).toEqual([
    'in flight: closed',
    'reconnecting: closed',
    'connect: failed',
    'uncaught: first',
    'uncaught: second',
    'other: fine',
    'timers left: 0',
    'waiting: in vain',
    'later: came',
    'idle: lost',
    'at the end: reconnecting and open',
  ]);
});
