import { figure, tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { linkSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CallLedger } from '../client/call-ledger';
import { ledgerFile, loadServer, startServer } from '../client/processes';
import type { PhpCallers } from './php-callers';
import { spawnAllKinds } from './php-callers';

const TIMEOUT_MS = 250;
const AMPLE_MS = 20_000;
const MAX_LATE_MS = 50;
const CALL = { payload: 'é'.repeat(50) };

let directory: TempDirectory;
let server: FixtureProcess;
let other: FixtureProcess;
let callers: readonly PhpCallers[];
let ledger: CallLedger;
let calls = 0;

beforeAll(async () => {
  directory = await tempDirectory();
  [server, other, callers] = await Promise.all([
    startServer(directory),
    startServer(directory, { name: 'o' }),
    spawnAllKinds(),
  ]);
});

afterAll(async () => {
  await Promise.all([server.cleanup(), other.cleanup(), ...callers.map((caller) => caller[Symbol.asyncDispose]())]);
  await directory.cleanup();
  figure('promise 14: calls of PHP under faults of the server’s process and socket', calls, { min: 100 });
  for (const { name, latestMs } of callers) {
    figure(`promise 14: latest end past its deadline, ${name}, process and socket`, latestMs, {
      max: MAX_LATE_MS,
      unit: 'ms',
    });
  }
});

beforeEach(async ({ task }) => {
  ledger = new CallLedger(ledgerFile(directory), `PHP ${task.name}`);
  await open(AMPLE_MS);
});

afterEach(() => {
  expect(ledger.violations()).toEqual([]);
  for (const { name, latestMs } of callers) expect([name, latestMs <= MAX_LATE_MS]).toEqual([name, true]);
  calls += ledger.calls;
});

async function open(timeoutMs: number, name = 's'): Promise<void> {
  await Promise.all(callers.map((caller) => caller.open({ path: directory.file(name), timeoutMs, persistent: true })));
}

async function expectServed(): Promise<void> {
  expect(await ledger.callAll(callers, CALL)).toEqual(
    callers.map(() => ({ ok: true, data: expect.anything() as unknown })),
  );
}

describe('every call of PHP ends once and in time', () => {
  test.each(['idle', 'in flight'])(
    'when the server is stopped by SIGSTOP, %s, and is served when it goes on',
    async (moment) => {
      await open(TIMEOUT_MS);
      await expectServed();
      const running =
        moment === 'in flight' ? ledger.callAll(callers, { ...CALL, each: 3, delayMs: 100 }) : Promise.resolve([]);
      await until(() => ledger.executed().size === ledger.calls, { what: 'the server to have the calls' });
      server.signal('SIGSTOP');
      const stopped = await Promise.all([running, ledger.callAll(callers, CALL)]);
      server.signal('SIGCONT');
      expect(stopped.flat().some(({ ok }) => ok)).toBe(false);
      await expectServed();
    },
  );

  test('when the backlog is full: who cannot connect knocks until its time is over, and gets in when the server goes on', async () => {
    const busy = await startServer(directory, { name: 'b', config: { listen_backlog: 2 } });
    busy.signal('SIGSTOP');
    await open(TIMEOUT_MS, 'b');
    const outcomes = await ledger.callAll(callers, { ...CALL, each: 9 });
    expect(outcomes.some(({ ok }) => ok)).toBe(false);
    const codes = new Set(outcomes.map((outcome) => !outcome.ok && outcome.code));
    // Some were let in by the kernel and got no answer, others were not.
    const [inside, outside] = [
      ['deadline_exceeded', 'request_timeout'],
      ['unavailable', '5001'],
    ].map((either) => either.some((code) => codes.has(code)));
    expect([inside, outside]).toEqual([true, true]);
    await open(AMPLE_MS, 'b');
    const waiting = ledger.callAll(callers, { ...CALL, each: 9 });
    busy.signal('SIGCONT');
    expect((await waiting).every(({ ok }) => ok)).toBe(true);
    await busy.cleanup();
  });

  test('when the server has no file descriptors left: who is in is served, who is not learns it, and may come later', async () => {
    const few = await startServer(directory, { name: 'few', ulimit: 48 });
    await open(AMPLE_MS, 'few');
    const outcomes = await ledger.callAll(callers, { ...CALL, each: 9, delayMs: 20 });
    expect(outcomes.some(({ ok }) => ok)).toBe(true);
    const refused = outcomes.filter((outcome) => !outcome.ok);
    expect(refused.length).toBeGreaterThan(0);
    await open(AMPLE_MS);
    await open(AMPLE_MS, 'few');
    await until(async () => (await ledger.callAll(callers, CALL)).every(({ ok }) => ok), {
      what: 'later clients to be served',
    });
    await few.cleanup();
  });

  test('when the socket file is gone: connections go on, new ones fail, and come back with the file', async () => {
    const [path, away] = [directory.file('s'), directory.file('away')];
    // Those that are idle are the last to be asked again.
    await expectServed();
    renameSync(path, away);
    await expectServed();
    await server.ask('closeConnections');
    const failed = await ledger.callAll(callers, CALL);
    // The original's class may first find the old connection gone: 5005.
    const facadeCodes = expect.stringMatching(/^500[15]$/) as unknown;
    expect(failed.map((outcome) => !outcome.ok && outcome.code)).toEqual(['unavailable', 'unavailable', facadeCodes]);
    renameSync(away, path);
    await expectServed();
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
    await expectServed();
    linkSync(path, kept);
    replace(path);
    await expectServed();
    await Promise.all([server, other].map((one) => one.ask('closeConnections')));
    // The original's class may first find the old connection gone, as the original does.
    await Promise.all(callers.slice(2).map((facade) => ledger.call(facade, CALL)));
    const after = await ledger.callAll(callers, CALL);
    expect(after.map(({ ok }) => ok)).toEqual(callers.map(() => by === 'another server'));
    renameSync(kept, path);
    await open(AMPLE_MS);
    await expectServed();
  });

  test('when it is killed while requests of all sizes wait in its socket, unread: an RST', async () => {
    const victim = await startServer(directory, { name: 'v' });
    await open(AMPLE_MS, 'v');
    await expectServed();
    victim.signal('SIGSTOP');
    const lost = [ledger.callAll(callers, CALL), ledger.callAll(callers, { payload: 'x'.repeat(5_000_000) })];
    await victim.stop('SIGKILL');
    for (const outcome of (await Promise.all(lost)).flat()) {
      expect(['unavailable', '5005', '5001']).toContain(!outcome.ok && outcome.code);
    }
  });
});

test('whenever the server is killed or told to stop, every call of PHP ends once, and a stop loses nothing it has executed', async () => {
  const signals = ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM'] as const;
  const servers = await Promise.all([...signals, 'last'].map(() => loadServer(directory, { name: 'k' })));
  await open(TIMEOUT_MS, 'k');
  await servers[0]?.ask('start');
  const ledgers: CallLedger[] = [];
  let current = ledger;
  let over = false;
  const loops = callers.flatMap((caller) =>
    Array.from({ length: 3 }, async () => {
      while (!over) await current.call(caller, { payload: 'é'.repeat(20), delayMs: current.calls % 7 });
    }),
  );
  for (const [round, signal] of signals.entries()) {
    current = new CallLedger(ledgerFile(directory), `PHP kills ${round}`);
    ledgers.push(current);
    await until(() => (current.tally().ok ?? 0) > 50 + round * 7, { what: 'calls', timeoutMs: 30_000 });
    await servers[round]?.stop(signal);
    await servers[round + 1]?.ask('start');
  }
  over = true;
  await Promise.all(loops);
  await servers.at(-1)?.cleanup();
  expect(ledgers.flatMap((one) => one.violations())).toEqual([]);
  const stopped = ledgers.filter((_, round) => signals[round] === 'SIGTERM');
  expect(stopped.flatMap((one) => one.lostAfterExecution())).toEqual([]);
  calls += ledgers.reduce((sum, one) => sum + one.calls, 0);
});
