import { figure, RawClient, until } from '@pixl-ipc/testkit';
import { expect, test } from 'vitest';
import { startDaemon } from '../fixtures/running-daemon';

test('a daemon out of file descriptors says so to each client it cannot take, serves the others, and recovers within 1 s', async () => {
  const limit = 80;
  await using daemon = await startDaemon({ ulimit: limit });
  const existing = await Promise.all(Array.from({ length: 5 }, () => daemon.connect()));
  const others = await Promise.all(Array.from({ length: 100 }, () => RawClient.connect(daemon.path)));

  // Who is not taken is told so and closed, before it has said a word.
  const { connections } = await until(
    async () => {
      const stats = await daemon.stats();
      const told = others.filter(({ lines }) => lines.length > 0).length;
      return told + stats.connections === existing.length + others.length && stats;
    },
    { what: 'each client to be taken or told' },
  );
  const refused = others.length + existing.length - connections;
  const words = others.flatMap(({ lines }) => lines.map((line) => (JSON.parse(line) as { code: string }).code));
  expect(new Set(words)).toEqual(new Set(['resource_exhausted']));
  expect(refused).toBeGreaterThan(50);
  expect((await daemon.errorCounts()).fd_reserve).toBe(
    figure('promise 13: clients refused, told and counted', refused, { min: 50 }),
  );
  expect((await daemon.log('resource_exhausted')).length).toBeGreaterThan(0);

  for (const [id, client] of [...existing, ...others.filter(({ lines }) => lines.length === 0)].entries()) {
    await client.send({ ipcReqID: id, uri: '/ipcserver/test/echo', data: 'unaffected' });
    expect(await client.nextMessage()).toEqual({ ipcReqID: id, data: 'unaffected' });
  }
  // What the daemon itself needs, it still can open.
  expect(await daemon.process.ask<number>('openFiles')).toBeLessThan(limit);

  const freed = performance.now();
  for (const client of others) client.destroy();
  await until(
    () =>
      daemon.assertServes().then(
        () => true,
        () => false,
      ),
    { what: 'a new client to be served' },
  );
  const recovery = figure('promise 13: recovery', performance.now() - freed, { max: 1_000, unit: 'ms' });
  expect(recovery).toBeLessThan(1_000);
  for (const client of existing) client.destroy();
});
