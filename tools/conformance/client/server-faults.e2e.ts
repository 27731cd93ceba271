import { figure, tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { linkSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CallLedger } from './call-ledger';
import { bothCallers, type Caller } from './callers';
import { ledgerFile, startClients, startServer } from './processes';
import { MAX_LATE_MS, MOMENTS, Scene } from './scene';

/** What a test waits for whose faults end in timeouts; the others are not about time. */
const TIMEOUT_MS = 250;
const AMPLE_MS = 20_000;
const CALL = { payload: 'é'.repeat(50) };

let directory: TempDirectory;
let server: FixtureProcess;
let other: FixtureProcess;
let few: FixtureProcess;
let ledger: CallLedger;
let callers: Caller[];
let calls = 0;
let latestMs = -Infinity;

beforeAll(async () => {
  directory = await tempDirectory();
  [server, other, few] = await Promise.all([
    startServer(directory, { config: { listen_backlog: 2 } }),
    startServer(directory, { name: 'o' }),
    startServer(directory, { name: 'few', ulimit: 64 }),
  ]);
});

afterAll(async () => {
  await Promise.all([server.cleanup(), other.cleanup(), few.cleanup()]);
  await directory.cleanup();
  figure('promise 1: calls under faults of the server’s process and socket', calls, { min: 200 });
  figure('promise 1: latest settle past its deadline, process and socket', latestMs, { max: MAX_LATE_MS, unit: 'ms' });
});

beforeEach(({ task }) => {
  ledger = new CallLedger(ledgerFile(directory), task.name);
  callers = [];
});

afterEach(async () => {
  await Promise.all(callers.map((caller) => caller.close()));
  expectKept(ledger);
});

function expectKept(kept: CallLedger): void {
  expect(kept.violations()).toEqual([]);
  expect(kept.latestMs).toBeLessThanOrEqual(MAX_LATE_MS);
  calls += kept.calls;
  latestMs = Math.max(latestMs, kept.latestMs);
}

/** That many pairs of clients, connecting. */
async function connectPairs(
  count: number,
  { name = 's', timeoutMs = AMPLE_MS, connectTimeoutMs = AMPLE_MS } = {},
): Promise<PromiseSettledResult<void>[]> {
  const options = { path: directory.file(name), timeoutMs, connectTimeoutMs, reconnectMs: 10 };
  callers.push(...Array.from({ length: count }, () => bothCallers(options)).flat());
  return Promise.allSettled(callers.map((caller) => caller.connect()));
}

describe('every call settles once and in time', () => {
  test.each(MOMENTS)(
    'when the server is stopped by SIGSTOP, %s, and it goes on with the same connection',
    async (moment) => {
      const name = `SIGSTOP ${moment}`;
      const [path, target] = [directory.file('p'), directory.file('s')];
      await using scene = await Scene.open({
        name,
        path,
        target,
        ledgerFile: ledgerFile(directory),
        timeoutMs: TIMEOUT_MS,
      });
      await scene.reach(moment);
      server.signal('SIGSTOP');
      scene.make();
      await scene.settled();
      expect(Object.keys(scene.ledger.tally())).toEqual(
        expect.arrayContaining(['deadline_exceeded', 'request_timeout']),
      );
      server.signal('SIGCONT');
      scene.proxy.clear();
      await scene.drained();
      const { ok = 0 } = scene.ledger.tally();
      scene.make();
      await scene.settled();
      expect(scene.ledger.tally().ok).toBe(ok + 6);
      expectKept(scene.ledger);
    },
  );

  test('when it is closed while a stopped server does not read, and close() waits no longer than a second', async () => {
    await connectPairs(1);
    server.signal('SIGSTOP');
    const closed = ledger.callAll(callers, { payload: 'x'.repeat(1_000_000) });
    const start = performance.now();
    await Promise.all(callers.map((caller) => caller.close()));
    const ms = figure('close() before a server that does not read', performance.now() - start, {
      max: 1_500,
      unit: 'ms',
    });
    expect(ms).toBeLessThan(1_500);
    expect(await closed).toEqual([
      { ok: false, code: 'unavailable', sent: true },
      { ok: false, code: 'no_open_stream' },
    ]);
    server.signal('SIGCONT');
  });

  test('when the backlog is full: who knocks is let in as soon as the server goes on', async () => {
    server.signal('SIGSTOP');
    const connecting = connectPairs(6);
    await until(() => callers.length === 12 && callers.some(({ isOpen }) => isOpen), {
      what: 'some to be in the backlog',
    });
    expect(callers.filter(({ isOpen }) => isOpen).length).toBeLessThan(12);
    server.signal('SIGCONT');
    expect((await connecting).map(({ status }) => status)).toEqual(Array(12).fill('fulfilled'));
    expect((await ledger.callAll(callers, CALL)).every(({ ok }) => ok)).toBe(true);
  });

  test('when the backlog stays full: who cannot connect learns it in time, and can when the server goes on', async () => {
    server.signal('SIGSTOP');
    const connected = await connectPairs(4, { timeoutMs: TIMEOUT_MS, connectTimeoutMs: 100 });
    expect(connected.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(2);
    expect(connected.map(({ status }) => status === 'fulfilled')).toEqual(callers.map(({ isOpen }) => isOpen));
    await ledger.callAll(callers, { ...CALL, each: 2 });
    expect(ledger.tally().ok).toBeUndefined();
    server.signal('SIGCONT');
    await until(
      async () =>
        (await Promise.allSettled(callers.map((caller) => caller.connect()))).every(
          ({ status }) => status === 'fulfilled',
        ),
      { what: 'everybody to be connected' },
    );
    expect((await ledger.callAll(callers, CALL)).every(({ ok }) => ok)).toBe(true);
  });

  test('when the server runs out of file descriptors: who is in is served, who is not learns it, and may come later', async () => {
    await connectPairs(5, { name: 'few' });
    const early = [...callers];
    expect((await ledger.callAll(early, CALL)).every(({ ok }) => ok)).toBe(true);
    const inFlight = ledger.callAll(early, { ...CALL, delayMs: 20 });
    // One of version 2 waits for room until its time is over.
    await connectPairs(25, { name: 'few', timeoutMs: 500, connectTimeoutMs: 500 });
    await ledger.callAll(callers, CALL);
    expect((await inFlight).every(({ ok }) => ok)).toBe(true);
    expect((await ledger.callAll(early, CALL)).every(({ ok }) => ok)).toBe(true);
    expect(ledger.tally().ok).toBeLessThan(ledger.calls);
    const late = callers.splice(0, 1)[0];
    await Promise.all(callers.splice(0).map((caller) => caller.close()));
    await until(async () => (await late?.connect().then(() => ledger.call(late, CALL)))?.ok, {
      what: 'a later client to be served',
    });
    await late?.close();
  });

  test('when the socket file is gone: the connection goes on, and a lost one comes back with the file', async () => {
    const [path, away] = [directory.file('s'), directory.file('away')];
    await connectPairs(1);
    renameSync(path, away);
    expect((await ledger.callAll(callers, CALL)).every(({ ok }) => ok)).toBe(true);
    const lost = ledger.callAll(callers, { ...CALL, delayMs: AMPLE_MS });
    await until(() => ledger.executed().size === ledger.calls, { what: 'the server to have the calls' });
    await server.ask('closeConnections');
    expect((await lost).map((outcome) => !outcome.ok && outcome.code)).toEqual(['unavailable', 'ipc_socket_err']);
    await expect(Promise.all(callers.map((caller) => caller.connect()))).rejects.toBeDefined();
    renameSync(away, path);
    await until(() => callers.every(({ isOpen }) => isOpen), { what: 'both to be back' });
    expect((await ledger.callAll(callers, CALL)).every(({ ok }) => ok)).toBe(true);
  });

  test.each([
    ['another server', (path: string) => renameSync(directory.file('o'), path)],
    [
      'a plain file',
      (path: string) => {
        unlinkSync(path);
        writeFileSync(path, '');
      },
    ],
  ])('when the socket file is replaced by %s', async (by, replace) => {
    const [path, kept] = [directory.file('s'), directory.file('kept')];
    await connectPairs(1);
    linkSync(path, kept);
    replace(path);
    expect((await ledger.callAll(callers, { ...CALL, each: 5 })).every(({ ok }) => ok)).toBe(true);
    const lost = ledger.callAll(callers, { ...CALL, delayMs: AMPLE_MS });
    await until(() => ledger.executed().size === ledger.calls, { what: 'the server to have the calls' });
    await server.ask('closeConnections');
    expect((await lost).some(({ ok }) => ok)).toBe(false);
    if (by === 'a plain file') {
      await expect(Promise.all(callers.map((caller) => caller.connect()))).rejects.toBeDefined();
      renameSync(kept, path);
    }
    await until(() => callers.every(({ isOpen }) => isOpen), { what: 'both to be back' });
    expect((await ledger.callAll(callers, { ...CALL, each: 5 })).every(({ ok }) => ok)).toBe(true);
    if (by === 'another server') renameSync(kept, path);
  });

  test('when other clients are killed with requests in flight', async () => {
    const clients = await startClients(directory, 20);
    await clients.ask('connect');
    await connectPairs(1);
    await clients.ask('send', { uri: '/ipcserver/test/delay', data: { delay: 300 } });
    const running = ledger.callAll(callers, { ...CALL, each: 20, delayMs: 60 });
    await clients.stop('SIGKILL');
    expect((await running).every(({ ok }) => ok)).toBe(true);
    await until(async () => (await server.ask<{ connections: number }>('stats')).connections === 2, {
      what: 'the server to forget them',
    });
  });

  test('when the server is killed while requests of all sizes wait in its socket, unread', async () => {
    await connectPairs(1);
    server.signal('SIGSTOP');
    const lost = [
      ledger.callAll(callers, { ...CALL, each: 20 }),
      ledger.callAll(callers, { payload: 'x'.repeat(5_000_000) }),
      ledger.callAll(callers, { ...CALL, each: 20 }),
    ];
    await server.stop('SIGKILL');
    await Promise.all(lost);
    expect(ledger.tally()).toEqual({ unavailable: 41, ipc_socket_err: 41 });
    expect(ledger.executed().size).toBe(0);
  });
});
