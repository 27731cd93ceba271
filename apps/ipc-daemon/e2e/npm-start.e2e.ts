import { exec, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { tempDirectory, until, type TempDirectory } from '@pixl-ipc/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';

const WORKSPACE = resolve(__dirname, '../../..');
const run = promisify(exec);

let temporary: TempDirectory;
let folder: string;
let started: ChildProcess[];

beforeEach(async () => {
  temporary = await tempDirectory();
  folder = temporary.path;
  started = [];
});

afterEach(async () => {
  for (const { pid } of started) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // The whole group has ended by itself, as it should.
    }
  }
  await temporary.cleanup();
});

/** Starts a command as a terminal would: in a process group of its own. */
function startCommand(
  command: string,
  args: readonly string[],
  cwd = WORKSPACE,
): { child: ChildProcess; output: () => string } {
  const child = spawn(command, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // pixl-server's way to override its config: so that a daemon of the developer's own is left alone.
    env: {
      ...process.env,
      CI: '',
      IPC_DAEMON_IPCServer__socket_path: join(folder, 's.sock'),
      IPC_DAEMON_log_dir: folder,
    },
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  return { child, output: () => output };
}

const count = (text: string, part: string): number => text.split(part).length - 1;
const groupMembers = async (pgid: number): Promise<string> =>
  (await run('ps -eo pgid=,pid=,args=')).stdout
    .split('\n')
    .filter((line) => line.trim().startsWith(`${pgid} `))
    .join('\n');

/** Asks for a reply that takes a while, and resolves as soon as the daemon is at it. */
async function delayed(ms: number): Promise<{ readonly reply: Promise<string> }> {
  const socket = connect(join(folder, 's.sock'));
  socket.write(`{"ipcReqID":1,"uri":"/ipcserver/test/delay","data":{"delay":${ms}}}\n`);
  // Requests of one connection are taken up in order: when this one is answered, the other runs.
  socket.write('{"ipcReqID":2,"uri":"/ipcserver/test/echo"}\n');
  await once(socket, 'data');
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  return { reply: once(socket, 'close').then(() => text) };
}

test('npm start serves, prints commands that work, restarts on a change, and ends on Ctrl-C with nothing left', async () => {
  const { child, output } = startCommand('npm', ['start']);
  await until(() => output().includes('Stop with Ctrl-C'), { what: 'the daemon listens', timeoutMs: 60_000 });

  expect(output()).toContain(`ipc-daemon is listening on ${join(folder, 's.sock')}`);
  const commands = output()
    .split('\n')
    .filter((line) => /^ {2}(node|php) /.test(line));
  expect(commands).toHaveLength(5);
  const replies = await Promise.all(commands.map(async (command) => (await run(command, { cwd: folder })).stdout));
  expect(replies[0]).toBe('{"ipcReqID":1,"data":{"hello":"Ada"}}\n');
  expect(replies[1]).toMatch(/"loadAverage":\[/);
  expect(replies[2]?.match(/"continues":true/g)).toHaveLength(3);
  expect(replies[2]).toMatch(/\n\{"v":2,"ipcReqID":1\}\n$/);
  expect(replies[3]).toBe('{"ipcReqID":1,"data":[1,2,3]}\n');
  expect(replies[4]).toBe('{"ipcReqID":1,"data":{"hello":"Ada"}}\n');

  for (const [restarts, source] of [
    'apps/ipc-daemon/src/endpoints/greetings/hello.handler.ts',
    'libs/protocol/src/limits.ts',
  ].entries()) {
    const now = new Date();
    utimesSync(join(WORKSPACE, source), now, now);
    await until(() => count(output(), 'Stop with Ctrl-C') === restarts + 2, {
      what: `a change of ${source} restarts it`,
      timeoutMs: 60_000,
    });
  }
  expect((await run(commands[0] ?? '', { cwd: folder })).stdout).toBe('{"ipcReqID":1,"data":{"hello":"Ada"}}\n');
  expect(output()).not.toMatch(/EADDRINUSE|already_running/);

  const inFlight = await delayed(500);
  const { pid = 0 } = child;
  process.kill(-pid, 'SIGINT');
  expect(await inFlight.reply).toBe('{"ipcReqID":1,"data":{"delay":500}}\n');
  await until(() => child.exitCode !== null || child.signalCode !== null, {
    what: 'npm start has ended',
    timeoutMs: 60_000,
  });

  expect(await groupMembers(pid)).toBe('');
  expect(existsSync(join(folder, 's.sock'))).toBe(false);
  const log = readFileSync(join(folder, 'ipc-daemon.log'), 'utf8');
  expect(count(log, 'Shutdown complete, exiting')).toBe(3);
  expect(log).not.toMatch(/EMERGENCY|\[error\]/);
});

test('the daemon drains once and exits 0 however often it is told to stop', async () => {
  const node = ['--conditions=@pixl-ipc/source', '--require', 'tsx/cjs', 'src/main.ts'];
  const { child, output } = startCommand(process.execPath, node, join(WORKSPACE, 'apps/ipc-daemon'));
  await until(() => output().includes('Stop with Ctrl-C'), { what: 'the daemon listens', timeoutMs: 60_000 });
  const inFlight = await delayed(300);

  child.kill('SIGINT');
  child.kill('SIGTERM');
  await until(() => !existsSync(join(folder, 's.sock')), { what: 'it has begun to stop', timeoutMs: 60_000 });
  child.kill('SIGINT');

  expect(await inFlight.reply).toBe('{"ipcReqID":1,"data":{"delay":300}}\n');
  await until(() => child.exitCode !== null || child.signalCode !== null, { what: 'it has exited', timeoutMs: 60_000 });
  expect(child.exitCode).toBe(0);
});
