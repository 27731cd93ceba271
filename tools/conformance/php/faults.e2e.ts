import { figure, tempDirectory, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAULTS } from '../client/faults';
import { ledgerFile, startRogue, startServer } from '../client/processes';
import { MOMENTS, Scene } from '../client/scene';
import { spawnAllKinds, type PhpCallers } from './php-callers';

/** Promise 14: how long after its deadline a call of PHP may end. */
const MAX_LATE_MS = 50;
/** Of a harmful fault the deadline is what is tested; a harmless one may cost time. */
const TIMEOUT_MS = 150;
const HARMLESS_TIMEOUT_MS = 10_000;

let directory: TempDirectory;
let server: FixtureProcess;
let rogue: FixtureProcess;
let callers: readonly PhpCallers[];
let calls = 0;

beforeAll(async () => {
  directory = await tempDirectory();
  [server, rogue, callers] = await Promise.all([startServer(directory), startRogue(directory), spawnAllKinds()]);
});

afterAll(async () => {
  await Promise.all([server.cleanup(), rogue.cleanup(), ...callers.map((caller) => caller[Symbol.asyncDispose]())]);
  await directory.cleanup();
  figure('promise 14: calls of PHP under faults of the line and of the server', calls, { min: 1_000 });
  for (const { name, latestMs } of callers) {
    figure(`promise 14: latest end past its deadline, ${name}`, latestMs, { max: MAX_LATE_MS, unit: 'ms' });
  }
});

test.each(FAULTS.flatMap((fault) => MOMENTS.map((moment) => [fault.name, moment, fault] as const)))(
  'every call of PHP ends once and in time when %s, %s',
  async (name, moment, { harm, once, inflict, relieve, server: which }) => {
    const [path, target] = [directory.file('p'), directory.file(which === 'rogue' ? 'r' : 's')];
    const timeoutMs = harm === 'none' ? HARMLESS_TIMEOUT_MS : TIMEOUT_MS;
    await Promise.all(callers.map((caller) => caller.open({ path, timeoutMs, persistent: true })));
    await using scene = await Scene.open({
      name: `PHP ${name} ${moment}`,
      path,
      target,
      ledgerFile: ledgerFile(directory),
      timeoutMs,
      callers,
    });
    const { proxy, random, ledger } = scene;
    await scene.reach(moment);
    await inflict({ proxy, rogue, random });
    scene.make();
    await scene.settled();
    await relieve?.({ proxy, rogue, random });
    await scene.drained();

    expect(ledger.violations()).toEqual([]);
    expect(callers.map(({ pending }) => pending)).toEqual([0, 0, 0]);
    if (harm === 'none') expect(ledger.tally()).toEqual({ ok: ledger.calls });
    // What happens once, PHP's next call gets over: it connects anew.
    if (harm === 'certain' && !once) expect(ledger.tally().ok).toBeLessThan(ledger.calls);
    for (const { name: who, latestMs } of callers) expect([who, latestMs <= MAX_LATE_MS]).toEqual([who, true]);
    calls += ledger.calls;
  },
);
