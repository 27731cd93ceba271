import { createClient } from '@pixl-ipc/client';
import { createServer } from '@pixl-ipc/server';
import { expect, test } from 'vitest';
import contract from './watch.contract.js';
import watch from './watch.handler.js';

test('the load is told as often as was asked', async () => {
  await using server = createServer({ endpoints: [watch] });
  await using client = createClient({ transport: server.inMemory() });
  const seen: number[] = [];
  for await (const { uptimeSeconds } of client.stream(contract, { everyMs: 1, times: 3 })) seen.push(uptimeSeconds);
  expect(seen).toHaveLength(3);
});

test('who has seen enough stops the watch', async () => {
  await using server = createServer({ endpoints: [watch] });
  await using client = createClient({ transport: server.inMemory() });
  for await (const load of client.stream(contract, { everyMs: 60_000 })) {
    expect(load.loadAverage).toHaveLength(3);
    break;
  }
  await expect.poll(() => server.load.inFlight).toBe(0);
});
