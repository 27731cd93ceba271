import { figure, spawnFixture } from '@pixl-ipc/testkit';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';

const CALLS = 500;
let daemon: RunningDaemon;

beforeAll(async () => {
  daemon = await startDaemon();
});

afterAll(() => daemon[Symbol.asyncDispose]());

test.each([
  ['small requests', '1'],
  ['requests of 1 KB', '1000'],
  ['requests of 1 MB', '1000000'],
  ['bad lines', 'garbage'],
])("a connection that floods the daemon with %s leaves another's p99 under 50 ms", async (what, frames) => {
  await using flood = await spawnFixture(join(__dirname, '../fixtures/flood.ts'), { args: [daemon.path, frames] });
  await using client = await daemon.connect();
  const before = await flood.ask<number>('framesSent');

  const times: number[] = [];
  for (let id = 0; id < CALLS; id++) {
    const start = performance.now();
    await client.send({ ipcReqID: id, uri: '/ipcserver/test/echo', data: id });
    expect(await client.nextMessage()).toEqual({ ipcReqID: id, data: id });
    times.push(performance.now() - start);
  }
  // The daemon was flooded all the time, or there was nothing to be fair about.
  expect(await flood.ask<number>('framesSent')).toBeGreaterThan(before + 10);

  const p99 = times.sort((a, b) => a - b)[Math.floor(CALLS * 0.99)] ?? Infinity;
  expect(figure(`promise 6: p99 beside a flood of ${what}`, p99, { max: 50, unit: 'ms' })).toBeLessThan(50);
});
