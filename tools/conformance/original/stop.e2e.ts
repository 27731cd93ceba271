import { assertNoLeftovers } from '@pixl-ipc/testkit';
import { expect, test } from 'vitest';
import { startDaemon } from '../fixtures/running-daemon';

test('SIGTERM does not drop a request of 500 ms, as it did in the original: it is answered, then the daemon ends', async () => {
  await using daemon = await startDaemon();
  await using client = await daemon.connect();
  await client.send({ ipcReqID: 1, uri: '/ipcserver/test/delay', data: { delay: 500 } });
  // The daemon has it when it answers what was sent after it.
  await client.send({ ipcReqID: 2, uri: '/ipcserver/test/echo' });
  expect(await client.nextMessage()).toEqual({ ipcReqID: 2 });
  const exit = daemon.process.stop('SIGTERM');
  expect(await client.nextMessage()).toEqual({ ipcReqID: 1, data: { delay: 500 } });
  expect(await client.ended).toBe(true);
  expect(await exit).toMatchObject({ code: 0, signal: null });
  assertNoLeftovers({ directory: daemon.directory.path });
});

test('SIGTERM does not drop the half of a request that is still to come, either', async () => {
  await using daemon = await startDaemon();
  await using client = await daemon.connect();
  await client.send({ ipcReqID: 1, uri: '/ipcserver/test/echo' });
  await client.write('{"ipcReqID":2,"uri":"/ipcserver');
  await client.nextMessage();
  const exit = daemon.process.stop('SIGTERM');
  // The name goes first.
  await expect
    .poll(() =>
      daemon.connect().then(
        () => 'connected',
        (error: unknown) => (error as NodeJS.ErrnoException).code,
      ),
    )
    .toBe('ENOENT');
  await client.write('/test/echo","data":"whole"}\n');
  expect(await client.nextMessage()).toEqual({ ipcReqID: 2, data: 'whole' });
  expect(await exit).toMatchObject({ code: 0 });
});
