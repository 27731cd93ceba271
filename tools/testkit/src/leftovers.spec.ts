import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { assertNoLeftovers, leftovers } from './leftovers';
import { isRunning } from './process-state';
import { tempDirectory } from './temp-directory';

test('socket files are found at any depth, other files are not', async () => {
  await using directory = await tempDirectory();
  mkdirSync(directory.file('.deep'));
  writeFileSync(directory.file('log'), '');
  expect(leftovers({ directory: directory.path })).toEqual([]);
  const path = directory.file('.deep/s');
  const server = createServer().listen(path);
  await once(server, 'listening');
  expect(leftovers({ directory: directory.path })).toEqual([`socket file ${path}`]);
  expect(() => assertNoLeftovers({ directory: directory.path })).toThrow(`left behind: socket file ${path}`);
  server.close();
  await once(server, 'close');
  assertNoLeftovers({ directory: directory.path });
});

test('a directory that is gone holds nothing', () => {
  assertNoLeftovers({ directory: '/tmp/px-was-never-here' });
});

test('running processes are found, ended ones are not', async () => {
  expect(leftovers({ pids: [process.pid] })).toEqual([`process ${process.pid}`]);
  const child = spawn('true');
  await once(child, 'close');
  assertNoLeftovers({ pids: [child.pid ?? -1] });
});

test('a process that has ended but was not reaped is not running', async () => {
  // The shell replaces itself by one that never waits for its child.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [output] = (await once(parent.stdout, 'data')) as [Buffer];
    const zombie = Number(output.toString());
    await expect.poll(() => isRunning(zombie)).toBe(false);
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'close');
  }
});
