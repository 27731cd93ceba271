import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startChild, type Child } from './child-process.fixture';
import { listen } from './listener';
import type { StarterAnswer, StarterTask } from './starter.fixture';
import { foreignServer, staleSocket, temporaryDirectory } from './temporary-directory.fixture';
import type { Sighting } from './watcher.fixture';

const STARTER = join(__dirname, 'starter.fixture.ts');
const WATCHER = join(__dirname, 'watcher.fixture.ts');
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

// Processes take most of a second to start, so tests share them.
let racers: [Child, Child, Child, Child];
let victim: Child;
let stranger: Child;
let watcher: Child;

beforeAll(async () => {
  [watcher, victim, stranger, ...racers] = await Promise.all([
    startChild(WATCHER),
    startChild(STARTER),
    startChild(STARTER),
    startChild(STARTER),
    startChild(STARTER),
    startChild(STARTER),
    startChild(STARTER),
  ]);
  if (isRoot) await order(stranger, { task: 'become', uid: NOBODY });
}, 60_000);

afterAll(() => Promise.all([...racers, victim, stranger, watcher].map((child) => child.stop('SIGKILL'))));

function order(child: Child, task: StarterTask): Promise<StarterAnswer> {
  return child.ask<StarterAnswer>(task);
}

/** Which process serves `path`, by its own word. */
async function servingPid(path: string): Promise<number> {
  return Number(await text(connect({ path })));
}

describe('several servers on one path', { timeout: 60_000 }, () => {
  it('lets exactly one of those started at the same instant win, with and without a stale socket in the way', async () => {
    const directory = temporaryDirectory();
    const rounds = 30;
    const winners = new Map<number, number>();
    for (let round = 0; round < rounds; round++) {
      const socketPath = join(directory, `${round}.sock`);
      if (round % 2 === 1) await staleSocket(socketPath);
      const at = Date.now() + 10;
      const answers = await Promise.all(racers.map((child) => order(child, { task: 'listen', socketPath, at })));
      expect(answers.map(({ outcome }) => outcome).sort(), `round ${round}`).toEqual([
        'already_running',
        'already_running',
        'already_running',
        'listening',
      ]);
      const winner = racers[answers.findIndex(({ outcome }) => outcome === 'listening')];
      expect(await servingPid(socketPath)).toBe(winner?.pid);
      expect(readdirSync(directory)).toEqual([`${round}.sock`]);
      winners.set(winner?.pid ?? 0, (winners.get(winner?.pid ?? 0) ?? 0) + 1);
      await Promise.all(racers.map((child) => order(child, { task: 'close' })));
      expect(readdirSync(directory)).toEqual([]);
    }
    console.info(
      `promise 8: ${rounds} rounds of 4 starters, one winner each; wins ${[...winners.values()].join(', ')}`,
    );
  });

  it('recovers the socket of a server that was killed', async () => {
    const socketPath = join(temporaryDirectory(), 'a.sock');
    const [first, second] = [victim, racers[0]];
    expect(await order(first, { task: 'listen', socketPath })).toEqual({ outcome: 'listening' });
    expect(await order(second, { task: 'listen', socketPath })).toMatchObject({ outcome: 'already_running' });
    expect(await servingPid(socketPath)).toBe(first.pid);
    expect(await first.stop('SIGKILL')).toBe('SIGKILL');
    expect(existsSync(socketPath)).toBe(true);
    expect(await order(second, { task: 'listen', socketPath })).toEqual({ outcome: 'listening' });
    expect(await servingPid(socketPath)).toBe(second.pid);
    await order(second, { task: 'close' });
  });

  it('takes a server whose backlog is full for a live one', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'a.sock');
    const script = `require('net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => {
      process.stdout.write('up', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    })`;
    const busy = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void busy.kill('SIGKILL'));
    await once(busy.stdout, 'data');
    // Until one more has no place.
    for (let outcome: unknown; outcome !== 'EAGAIN';) {
      const client = connect({ path });
      onTestFinished(() => void client.destroy());
      outcome = await Promise.race([
        once(client, 'connect'),
        new Promise((resolve) => client.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))),
      ]);
    }
    expect(await order(racers[0], { task: 'listen', socketPath: path })).toMatchObject({ outcome: 'already_running' });
    expect(readdirSync(directory)).toEqual(['a.sock']);
  });
});

describe.runIf(isRoot)('other users', { timeout: 60_000 }, () => {
  it('shows the socket with its mode and group from the first instant, and lets nobody else in before or after', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'a.sock');
    await watcher.ask({ task: 'watch', directory, name: 'a.sock', uid: NOBODY });
    let connections = 0;
    const rounds = 300;
    for (let round = 0; round < rounds; round++) {
      const listener = await listen({
        socketPath: path,
        mode: 0o660,
        owner: undefined,
        group: 1,
        backlog: 511,
        onConnection: (socket) => {
          connections++;
          socket.destroy();
        },
        onError: (error) => expect.fail(error.message),
      });
      await listener.close();
    }
    const sighting = await watcher.ask<Sighting>({ task: 'report' });
    console.info(`promise 7: ${rounds} starts watched by uid ${NOBODY}:`, JSON.stringify(sighting));
    expect(sighting).toMatchObject({ modes: ['660'], owners: [1], connected: 0, privateFound: 0 });
    expect(sighting.connectAttempts).toBeGreaterThan(0);
    expect(connections).toBe(0);
  });

  it.each([
    {
      what: 'a live socket that it may not open',
      mode: 0o600,
      live: true,
      outcome: 'not_permitted',
      says: 'cannot tell',
    },
    {
      what: 'a stale socket that it may not open',
      mode: 0o600,
      live: false,
      outcome: 'not_permitted',
      says: 'cannot tell',
    },
    {
      what: 'a live socket put there by another',
      mode: 0o777,
      live: true,
      outcome: 'already_running',
      says: 'another',
    },
    {
      what: 'a stale socket that is not its own',
      mode: 0o777,
      live: false,
      outcome: 'not_permitted',
      says: '/run/<app>',
    },
  ])('does not start in a sticky directory over $what, and keeps it', async ({ mode, live, outcome, says }) => {
    const directory = temporaryDirectory({ mode: 0o1777 });
    const socketPath = join(directory, 'a.sock');
    await (live ? foreignServer(socketPath) : staleSocket(socketPath));
    chmodSync(socketPath, mode);
    const answer = await order(stranger, { task: 'listen', socketPath });
    expect(answer.outcome).toBe(outcome);
    expect(answer.message).toContain(says);
    expect(readdirSync(directory)).toEqual(['a.sock']);
  });

  it('names a directory that it may not write', async () => {
    const directory = temporaryDirectory();
    const answer = await order(stranger, { task: 'listen', socketPath: join(directory, 'a.sock') });
    expect(answer).toMatchObject({ outcome: 'not_permitted' });
    expect(answer.message).toContain('EACCES; run as a user that may write there');
  });

  it('recovers its own stale socket in a sticky directory', async () => {
    const directory = temporaryDirectory({ mode: 0o1777 });
    const socketPath = join(directory, 'a.sock');
    await staleSocket(socketPath);
    chownSync(socketPath, NOBODY, NOBODY);
    expect(await order(stranger, { task: 'listen', socketPath })).toEqual({ outcome: 'listening' });
    expect(readdirSync(directory)).toEqual(['a.sock']);
    await order(stranger, { task: 'close' });
  });
});

describe('a stop while starting', { timeout: 60_000 }, () => {
  it('leaves no private directory, at whatever instant the signal comes', async () => {
    const directory = temporaryDirectory();
    for (const [index, child] of racers.entries()) {
      await order(child, { task: 'churn', socketPath: join(directory, `${index}.sock`) });
      // Somewhere in the life of a server that starts and closes every few milliseconds.
      await expect.poll(() => readdirSync(directory).length, { interval: 1 }).toBeGreaterThan(0);
      expect(await child.stop('SIGTERM')).toBe('SIGTERM');
    }
    expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
