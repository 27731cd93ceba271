import { figure, tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallLedger } from './call-ledger';
import { bothCallers, type Caller } from './callers';
import { ledgerFile, loadServer } from './processes';
import { MAX_LATE_MS } from './scene';
import { seededRandom } from './seeded-random';

const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM'] as const;
const TIMEOUT_MS = 200;
const CALLS_AT_A_TIME = 8;
const random = seededRandom('2026-11-22 random kills');

let directory: TempDirectory;
let servers: FixtureProcess[];
let callers: readonly Caller[];

beforeAll(async () => {
  directory = await tempDirectory();
  // One more, for the calls that follow the last kill.
  servers = await Promise.all([...SIGNALS, 'end'].map(() => loadServer(directory)));
  callers = bothCallers({ path: directory.file('s'), timeoutMs: TIMEOUT_MS, reconnectMs: 20 });
});

afterAll(async () => {
  await Promise.all(callers.map((caller) => caller.close()));
  await Promise.all(servers.map((server) => server.cleanup()));
  await directory.cleanup();
});

/** Calls one after the other, small and large, quick and slow, while connected and `wanted()`. */
async function call(caller: Caller, ledger: () => CallLedger, wanted: () => boolean): Promise<void> {
  while (wanted()) {
    await until(() => caller.isOpen || !wanted(), { what: 'the client to be back', timeoutMs: 10_000 });
    const payload = 'x'.repeat(Math.floor(random() < 0.05 ? random() * 500_000 : random() * 2_000));
    // Now and then one that takes too long.
    const delayMs = random() < 0.03 ? 2 * TIMEOUT_MS : Math.floor(random() * 6);
    await ledger().call(caller, { payload, delayMs });
  }
}

test('whenever the server is killed or told to stop, every call settles once, and a stop loses nothing it has executed', async () => {
  const [first, ...successors] = servers;
  await first?.ask('start');
  await Promise.all(callers.map((caller) => caller.connect()));
  const ledgers = [new CallLedger(ledgerFile(directory), 'round 0')];
  const ledger = (): CallLedger => ledgers.at(-1) ?? expect.fail('there is no ledger');
  let over = false;
  const loops = callers.flatMap((caller) =>
    Array.from({ length: CALLS_AT_A_TIME }, () => call(caller, ledger, () => !over)),
  );

  for (const [round, signal] of SIGNALS.entries()) {
    const busy = 100 + random() * 100;
    await until(() => ledger().settled > busy && callers.every(({ isOpen }) => isOpen), {
      what: 'calls',
      timeoutMs: 20_000,
    });
    await servers[round]?.stop(signal);
    ledgers.push(new CallLedger(ledgerFile(directory), `round ${round + 1}`));
    await successors[round]?.ask('start');
  }
  await until(() => ledger().settled > 100, { what: 'the last server to serve', timeoutMs: 20_000 });
  over = true;
  await Promise.all(loops);

  const calls = figure(
    'promise 1: calls while servers were killed and stopped',
    ledgers.reduce((sum, one) => sum + one.calls, 0),
    { min: 700 },
  );
  const latestMs = figure(
    'promise 1: latest settle past its deadline, kills and stops',
    Math.max(...ledgers.map((one) => one.latestMs)),
    {
      max: MAX_LATE_MS,
      unit: 'ms',
    },
  );
  expect(ledgers.flatMap((one) => one.violations())).toEqual([]);
  expect(latestMs).toBeLessThanOrEqual(MAX_LATE_MS);
  expect(calls).toBeGreaterThanOrEqual(700);
  const stopped = ledgers.filter((_, round) => SIGNALS[round] === 'SIGTERM');
  expect(stopped.flatMap((one) => one.lostAfterExecution())).toEqual([]);
  const seen = new Set(ledgers.flatMap((one) => Object.keys(one.tally())));
  const expected = ['deadline_exceeded', 'ipc_socket_err', 'ok', 'request_timeout', 'unavailable'];
  expect([...seen]).toEqual(expect.arrayContaining(expected));
});
