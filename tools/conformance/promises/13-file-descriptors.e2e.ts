import { figure, RawClient, until } from '@pixl-ipc/testkit';
import { expect, test } from 'vitest';
import { startDaemon } from '../fixtures/running-daemon';

test('a daemon out of file descriptors does not close clients unlogged, as the original did: each is told and counted, the others are served, and it recovers within 1 s', async () => {
  // So low that what is in reserve, not half of all, is what bounds the connections.
  const limit = 60;
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

test('a daemon whose own handlers have taken every descriptor, the reserve too, serves its clients and recovers within 1 s', async () => {
  await using daemon = await startDaemon({ ulimit: 80 });
  await using client = await daemon.connect();
  await client.send({ ipcReqID: 0, uri: '/ipcserver/test/echo' });
  await client.nextMessage();
  expect(await daemon.process.ask<number>('takeFiles')).toBeGreaterThan(10);

  // Not even the log can be written, and each of these writes to it.
  await client.write('garbage\n{"ipcReqID":1,"uri":"/unknown"}\n');
  expect(await client.nextMessage()).toMatchObject({ code: 'parse_error' });
  expect(await client.nextMessage()).toMatchObject({ ipcReqID: 1, code: 'no_handler_found' });
  await client.send({ ipcReqID: 2, uri: '/ipcserver/test/echo', data: 'unaffected' });
  expect(await client.nextMessage()).toEqual({ ipcReqID: 2, data: 'unaffected' });
  // libuv accepts and closes on its own account; whoever knocks is at least not left waiting.
  const knocking = await daemon.connect();
  await knocking.closed;

  await daemon.process.ask('giveFilesBack');
  const freed = performance.now();
  await daemon.assertServes();
  const recovery = figure('promise 13: recovery from no descriptor at all', performance.now() - freed, {
    max: 1_000,
    unit: 'ms',
  });
  expect(recovery).toBeLessThan(1_000);
});
