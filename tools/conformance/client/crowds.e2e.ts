import { figure, tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallLedger } from './call-ledger';
import { bothCallers } from './callers';
import { ledgerFile, startClients, startServer } from './processes';

const CALLS = 10_000;
const PROCESSES = 4;
const CLIENTS_PER_PROCESS = 250;

let directory: TempDirectory;
let server: FixtureProcess;
let crowd: FixtureProcess[];

beforeAll(async () => {
  directory = await tempDirectory();
  [server, ...crowd] = await Promise.all([
    startServer(directory),
    ...Array.from({ length: PROCESSES }, () => startClients(directory, CLIENTS_PER_PROCESS)),
  ]);
});

afterAll(async () => {
  await Promise.all([server, ...crowd].map((fixture) => fixture.cleanup()));
  await directory.cleanup();
});

const [library, facade] = [0, 1];
test.each([
  ['library', library],
  ['façade', facade],
])(
  'one client of the %s has 10,000 requests in flight, each gets its own reply, and one more is refused',
  async (name, which) => {
    const caller = bothCallers({ path: directory.file('s'), timeoutMs: 60_000 })[which] ?? expect.fail();
    await caller.connect();
    const ledger = new CallLedger(ledgerFile(directory), name);
    const all = ledger.callAll([caller], { each: CALLS, payload: 'é', delayMs: 50 });
    expect(caller.pending).toBe(CALLS);
    expect(await ledger.call(caller, { payload: 'one more' })).toMatchObject({ ok: false, code: 'resource_exhausted' });
    await all;
    expect(ledger.violations()).toEqual([]);
    expect(ledger.tally()).toEqual({ ok: CALLS, resource_exhausted: 1 });
    expect(caller.pending).toBe(0);
    await caller.close();
  },
);

test('1,000 clients of four processes are connected at once, and each gets its own replies', async () => {
  const ask = <Answer>(command: string): Promise<Answer[]> =>
    Promise.all(crowd.map((clients) => clients.ask<Answer>(command, null, { timeoutMs: 30_000 })));
  const everybody = Array.from({ length: PROCESSES }, () => ({ ok: CLIENTS_PER_PROCESS }));
  const connections = async (): Promise<number> => (await server.ask<{ connections: number }>('stats')).connections;
  expect(await ask('connect')).toEqual(everybody);
  expect(figure('clients connected at once', await connections(), { min: 1_000 })).toBe(
    PROCESSES * CLIENTS_PER_PROCESS,
  );
  expect(await ask('echo')).toEqual(everybody);
  expect(await ask('echo')).toEqual(everybody);
  expect(await ask('close')).toEqual(everybody);
  await until(async () => (await connections()) === 0, { what: 'the server to forget all of them' });
});
