import { createClient } from '@pixl-ipc/client';
import { createServer } from '@pixl-ipc/server';
import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import contract from './load.contract.js';
import load from './load.handler.js';

test('the load is that of this host', async () => {
  await using server = createServer({ endpoints: [load] });
  await using client = createClient({ transport: server.inMemory() });
  const { loadAverage, freeBytes, uptimeSeconds } = await client.call(contract, {});
  expect(loadAverage).toHaveLength(3);
  expect(freeBytes).toBeLessThanOrEqual(totalmem());
  expect(uptimeSeconds).toBeGreaterThan(0);
});
