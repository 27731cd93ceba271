import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveSocketPath } from './socket-path';
import { acquireStartLock, lockName } from './start-lock';
import { temporaryDirectory } from './temporary-directory.fixture';

describe.runIf(process.platform === 'linux')('the start lock', () => {
  it('lets one in at a time', async () => {
    const place = resolveSocketPath(join(temporaryDirectory(), 'a.sock'));
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const lock = await acquireStartLock(place);
        most = Math.max(most, ++inside);
        await new Promise(setImmediate);
        inside--;
        lock.release();
      }),
    );
    expect(most).toBe(1);
  });

  it('is one for every way to write a path, and another for every other socket', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'real'));
    symlinkSync('real', join(directory, 'alias'));
    const names = ['real/a', 'alias/a', 'real/b'].map((path) => lockName(resolveSocketPath(join(directory, path))));
    expect(names[0]).toBe(names[1]);
    expect(names[0]).not.toBe(names[2]);
    // The whole of a socket address: no Node version pads it.
    expect(names.map((name) => name?.length)).toEqual([108, 108, 108]);
  });

  it('is not waited for without end: a stranger may hold it', async () => {
    const place = resolveSocketPath(join(temporaryDirectory(), 'a.sock'));
    const held = await acquireStartLock(place);
    (await acquireStartLock(place, { patienceMs: 20 })).release();
    held.release();
  });

  it('is free again when its process is killed', async () => {
    const place = resolveSocketPath(join(temporaryDirectory(), 'a.sock'));
    const script = `require('net').createServer().listen(Buffer.from(process.argv[1], 'hex').toString(), () => console.log('held'))`;
    const name = Buffer.from(lockName(place) ?? '').toString('hex');
    const holder = spawn(process.execPath, ['-e', script, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    let acquired = false;
    const waiting = acquireStartLock(place, { patienceMs: 60_000 }).then((lock) => {
      acquired = true;
      lock.release();
    });
    await new Promise(setImmediate);
    expect(acquired).toBe(false);
    holder.kill('SIGKILL');
    await waiting;
  });
});
