import { createClient } from '@pixl-ipc/client';
import { createServer, handle } from '@pixl-ipc/server';
import { tempDirectory, until } from '@pixl-ipc/testkit';
import { expect, test } from 'vitest';
import { work } from './fixtures/endpoints';

test('a call to a server that is full waits for room and is executed once, or is told that it was not executed', async () => {
  await using directory = await tempDirectory();
  const socketPath = directory.file('s');
  const executed: string[] = [];
  await using server = createServer({
    socketPath,
    maxConnections: 1,
    endpoints: [
      handle(work, ({ id }) => {
        executed.push(id);
        return { id };
      }),
    ],
  });
  await server.listen();
  const first = createClient({ socketPath });
  await first.call(work, { id: 'first' });

  await using second = createClient({ socketPath, reconnectInitialMs: 5, reconnectMaxMs: 20 });
  const refused: unknown = await second
    .call(work, { id: 'refused' }, { retry: false })
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'unavailable', origin: 'local', sent: false });
  expect((refused as Error).message).toContain('server has 1 connections, limit 1; raise max_connections');

  const waiting = second.call(work, { id: 'waiting' });
  await until(() => (server.stats.errors.max_connections ?? 0) >= 3, { what: 'it to be refused again' });
  await first.close();
  expect(await waiting).toEqual({ id: 'waiting' });
  expect(executed).toEqual(['first', 'waiting']);
});

test('a server that refuses is knocked at ever less often, however many calls wait', async () => {
  await using directory = await tempDirectory();
  const socketPath = directory.file('s');
  await using server = createServer({
    socketPath,
    maxConnections: 1,
    endpoints: [handle(work, ({ id }) => ({ id }))],
  });
  await server.listen();
  await using first = createClient({ socketPath });
  await first.call(work, { id: 'first' });

  await using second = createClient({ socketPath, reconnectInitialMs: 50, reconnectMaxMs: 50 });
  const calls = Array.from({ length: 20 }, (_, id) => second.call(work, { id: `${id}` }, { timeoutMs: 600 }));
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  // With full jitter a pause is 25 ms on average; a client that does not pause knocks thousands of times.
  expect(server.stats.errors.max_connections).toBeGreaterThan(2);
  expect(server.stats.errors.max_connections).toBeLessThan(150);
});
