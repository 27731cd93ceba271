import { assertNoLeftovers, figure, spawnFixture } from '@pixl-ipc/testkit';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Caller } from '../fixtures/caller';
import { EXECUTIONS } from '../fixtures/daemon-options';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';

/** The default of exit_timeout, and what a stop may take beyond it. */
const STOP_MS = 2_000 + 200;
/** The same while replies for 200 clients are made, whose 200 MB go back to the kernel with the process. */
const CROWDED_STOP_MS = STOP_MS + 300;

/** How often the daemon, which has stopped, executed each request. */
function executionsOf(daemon: RunningDaemon): ReadonlyMap<string, number> {
  const line = daemon.process.stdout.split('\n').find((text) => text.startsWith(EXECUTIONS)) ?? '';
  return new Map(JSON.parse(line.slice(EXECUTIONS.length)) as [string, number][]);
}

describe('a graceful stop loses no request: each is answered with its data, or told that it was not executed', () => {
  test.each([
    { kind: 'that keep 8 requests in flight', callers: 50, depth: 8, workMs: 50, pauseMs: 0 },
    { kind: 'that ask one thing after the other', callers: 20, depth: 1, workMs: 0, pauseMs: 0 },
    { kind: 'that pause between requests', callers: 20, depth: 1, workMs: 1, pauseMs: 40 },
  ])('of $callers clients $kind', async ({ kind, callers: count, depth, workMs, pauseMs }) => {
    await using daemon = await startDaemon({ handlers: ['work'] });
    const callers = await Promise.all(
      Array.from({ length: count }, async (_, name) => {
        return new Caller({ client: await daemon.connect(), name: String(name), depth, workMs, pauseMs });
      }),
    );
    const calling = callers.map((caller) => caller.run());
    await expect.poll(async () => (await daemon.process.ask<unknown[]>('executions')).length).toBeGreaterThan(100);
    const { elapsedMs, code } = await daemon.process.stop('SIGTERM');
    expect(code).toBe(0);
    await Promise.all(calling);

    const outcomes = new Map(callers.flatMap(({ outcomes }) => [...outcomes]));
    const sent = callers.reduce((sum, caller) => sum + caller.sent, 0);
    figure(`promise 10: requests of clients ${kind}`, sent, { min: 100 });
    expect(figure(`promise 10: of them lost`, sent - outcomes.size, { max: 0 })).toBe(0);
    expect(new Set(outcomes.values())).toEqual(new Set(['answered', 'unavailable']));
    expect(figure(`promise 10: the stop took`, elapsedMs, { max: STOP_MS, unit: 'ms' })).toBeLessThan(STOP_MS);

    const executions = executionsOf(daemon);
    for (const [id, outcome] of outcomes) expect(executions.get(id) ?? 0, id).toBe(outcome === 'answered' ? 1 : 0);
    assertNoLeftovers({ directory: daemon.directory.path });
  });
});

describe('a graceful stop takes', () => {
  test.each([
    ['stay', CROWDED_STOP_MS],
    ['go', STOP_MS],
  ])('hardly longer where 200 clients have asked for 10 MB each, read nothing and %s', async (then, maxMs) => {
    await using daemon = await startDaemon({ handlers: ['work'] });
    await using crowd = await spawnFixture(join(__dirname, '../fixtures/crowd.ts'), { args: [daemon.path, '200'] });
    expect(await crowd.ask('ask', then)).toBe(200);
    const { elapsedMs, code } = await daemon.process.stop('SIGTERM');
    expect(code).toBe(0);
    const bound = { max: maxMs, unit: 'ms' };
    expect(figure(`promise 10: the stop beside 200 that ${then} took`, elapsedMs, bound)).toBeLessThan(maxMs);
  });

  test('exit_timeout and 200 ms where handlers never reply, and no longer', async () => {
    await using daemon = await startDaemon({ handlers: ['work'], component: { exit_timeout: 1_000 } });
    await using client = await daemon.connect();
    await client.send({ ipcReqID: 1, uri: '/work/hold', data: 1 });
    await client.send({ ipcReqID: 2, uri: '/work/wait', data: 60_000 });
    await client.send({ ipcReqID: 3, uri: '/ipcserver/test/echo' });
    expect(await client.nextMessage()).toEqual({ ipcReqID: 3 });

    const { elapsedMs, code } = await daemon.process.stop('SIGTERM');
    expect(code).toBe(0);
    const bound = { max: 1_200, unit: 'ms' };
    expect(figure(`promise 10: exit with stuck handlers after`, elapsedMs, bound)).toBeLessThan(1_200);
    expect(elapsedMs).toBeGreaterThanOrEqual(990);
    expect((await daemon.log('ipc_server_close')).length).toBe(1);
  });

  test('no time where 100 clients are quiet', async () => {
    await using daemon = await startDaemon();
    const clients = await Promise.all(Array.from({ length: 100 }, () => daemon.connect()));
    await daemon.caughtUp();
    const { elapsedMs, code } = await daemon.process.stop('SIGTERM');
    expect(code).toBe(0);
    const bound = { max: 500, unit: 'ms' };
    expect(figure(`promise 10: exit of a quiet daemon after`, elapsedMs, bound)).toBeLessThan(500);
    expect(await Promise.all(clients.map((client) => client.ended))).toEqual(clients.map(() => true));
  });
});
