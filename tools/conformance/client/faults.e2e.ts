import { figure, tempDirectory, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import IPCClient from 'pixl-ipc/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAULTS } from './faults';
import { ledgerFile, startRogue, startServer } from './processes';
import { MAX_LATE_MS, MOMENTS, Scene } from './scene';

/** Of a harmful fault the deadline is what is tested; a harmless one may cost time. */
const TIMEOUT_MS = 150;
const HARMLESS_TIMEOUT_MS = 10_000;

let directory: TempDirectory;
let server: FixtureProcess;
let rogue: FixtureProcess;
let calls = 0;
let latestMs = -Infinity;

beforeAll(async () => {
  directory = await tempDirectory();
  [server, rogue] = await Promise.all([startServer(directory), startRogue(directory)]);
});

afterAll(async () => {
  await Promise.all([server.cleanup(), rogue.cleanup()]);
  await directory.cleanup();
  figure('promise 1: calls under faults of the line and of the server', calls, { min: 1_000 });
  figure('promise 1: latest settle past its deadline, line and server', latestMs, { max: MAX_LATE_MS, unit: 'ms' });
});

test.each(FAULTS.flatMap((fault) => MOMENTS.map((moment) => [fault.name, moment, fault] as const)))(
  'every call settles once and in time when %s, %s',
  async (name, moment, { harm, inflict, relieve, server: which }) => {
    await using scene = await Scene.open({
      name: `${name} ${moment}`,
      path: directory.file('p'),
      target: directory.file(which === 'rogue' ? 'r' : 's'),
      ledgerFile: ledgerFile(directory),
      timeoutMs: harm === 'none' ? HARMLESS_TIMEOUT_MS : TIMEOUT_MS,
    });
    const { proxy, random, ledger } = scene;
    await scene.reach(moment);
    await inflict({ proxy, rogue, random });
    scene.make();
    await scene.settled();
    await relieve?.({ proxy, rogue, random });
    await scene.drained();

    expect(ledger.violations()).toEqual([]);
    expect(scene.callers.map(({ pending }) => pending)).toEqual([0, 0]);
    if (harm === 'none') expect(ledger.tally()).toEqual({ ok: ledger.calls });
    if (harm === 'certain') expect(ledger.tally().ok).toBeLessThan(ledger.calls);
    expect(ledger.latestMs).toBeLessThanOrEqual(MAX_LATE_MS);
    calls += ledger.calls;
    latestMs = Math.max(latestMs, ledger.latestMs);
  },
);

test('a server that chatters is read in turns: timers and everything else of the process have theirs', async () => {
  const client = new IPCClient(directory.file('r'), null, { autoReconnect: 0 });
  let messages = 0;
  let most = 0;
  client.on('data', () => messages++);
  await client.connect();
  await rogue.ask('behave', 'chatters');
  for (let turn = 0; turn < 50 || messages < 100_000; turn++) {
    const before = messages;
    await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, messages - before);
  }
  await client.close();
  await rogue.ask('behave', 'honest');
  // Node itself would read 32 buffers of 128 KiB in a row.
  const max = 1_000 + (128 * 1024) / Buffer.byteLength('{"a":1}\n');
  expect(figure('messages of a server that chatters in one turn', most, { max })).toBeLessThanOrEqual(max);
});
