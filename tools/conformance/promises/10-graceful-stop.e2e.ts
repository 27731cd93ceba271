import { assertNoLeftovers, figure, type RawClient } from '@pixl-ipc/testkit';
import { describe, expect, test } from 'vitest';
import { startDaemon, type RunningDaemon, type WireReply } from '../fixtures/running-daemon';

/** What became of the requests of one client that sends without a pause until its connection ends. */
interface Ledger {
  readonly outcomes: Map<number, string>;
  sent: number;
}

/** Keeps `depth` requests of 0 to 50 ms in flight until the server ends the connection. */
async function keepAsking(client: RawClient, depth: number): Promise<Ledger> {
  const ledger: Ledger = { outcomes: new Map(), sent: 0 };
  const ask = (): void => {
    const id = ledger.sent++;
    void client.send({ ipcReqID: id, uri: '/work/wait', data: (id * 7) % 50 }).catch(() => undefined);
  };
  for (let index = 0; index < depth; index++) ask();
  for (;;) {
    const reply = await client.nextMessage<WireReply>().catch(() => undefined);
    if (reply === undefined) return ledger;
    ledger.outcomes.set(reply.ipcReqID as number, reply.code ?? 'answered');
    // Once told that the server is going, a client that is worth its name asks somebody else.
    if (reply.code === undefined) ask();
  }
}

async function stopUnderLoad(
  daemon: RunningDaemon,
  clients: readonly RawClient[],
): Promise<{ readonly ledgers: readonly Ledger[]; readonly elapsedMs: number }> {
  const asking = clients.map((client) => keepAsking(client, 8));
  // All of them are at it.
  await expect.poll(async () => (await daemon.process.ask<unknown[]>('executions')).length).toBeGreaterThan(50);
  const { elapsedMs, code } = await daemon.process.stop('SIGTERM');
  expect(code).toBe(0);
  return { ledgers: await Promise.all(asking), elapsedMs };
}

describe('a graceful stop', () => {
  test('under the load of 50 clients loses no request: each is answered with its data or told that it was not run', async () => {
    await using daemon = await startDaemon({ handlers: ['work'], component: { exit_timeout: 5_000 } });
    const clients = await Promise.all(Array.from({ length: 50 }, () => daemon.connect()));
    const { ledgers, elapsedMs } = await stopUnderLoad(daemon, clients);

    const sent = ledgers.reduce((sum, ledger) => sum + ledger.sent, 0);
    const outcomes = ledgers.flatMap((ledger) => [...ledger.outcomes.values()]);
    expect(new Set(outcomes)).toEqual(new Set(['answered', 'unavailable']));
    figure('promise 10: requests sent while the daemon stopped', sent, { min: 400 });
    const lost = figure('promise 10: requests lost by a graceful stop', sent - outcomes.length, { max: 0 });
    expect(lost).toBe(0);
    expect(figure('promise 10: stop under load took', elapsedMs, { max: 5_200, unit: 'ms' })).toBeLessThan(5_200);
    assertNoLeftovers({ directory: daemon.directory.path });
  });

  test('is over 200 ms after exit_timeout even where handlers never reply', async () => {
    await using daemon = await startDaemon({ handlers: ['work'], component: { exit_timeout: 1_000 } });
    await using client = await daemon.connect();
    await client.send({ ipcReqID: 1, uri: '/work/hold', data: 1 });
    await client.send({ ipcReqID: 2, uri: '/work/wait', data: 60_000 });
    await client.send({ ipcReqID: 3, uri: '/ipcserver/test/echo' });
    expect(await client.nextMessage()).toEqual({ ipcReqID: 3 });

    const { elapsedMs, code } = await daemon.process.stop('SIGTERM');
    expect(code).toBe(0);
    expect(figure('promise 10: exit with stuck handlers, after', elapsedMs, { max: 1_200, unit: 'ms' })).toBeLessThan(
      1_200,
    );
    expect(elapsedMs).toBeGreaterThanOrEqual(990);
    expect((await daemon.log('ipc_server_close')).length).toBe(1);
  });

  test('of a daemon with 100 quiet clients takes no time at all', async () => {
    await using daemon = await startDaemon();
    const clients = await Promise.all(Array.from({ length: 100 }, () => daemon.connect()));
    await daemon.caughtUp();
    const { elapsedMs, code } = await daemon.process.stop('SIGTERM');
    expect(code).toBe(0);
    expect(figure('promise 10: exit of a quiet daemon, after', elapsedMs, { max: 500, unit: 'ms' })).toBeLessThan(500);
    expect(await Promise.all(clients.map((client) => client.ended))).toHaveLength(100);
  });
});
