import { figure, spawnFixture } from '@pixl-ipc/testkit';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';

const CALLS = 500;
const BOUND_MS = 50;
/** Other work on the machine can make a round slower, never faster: the best of a few is what the daemon does. */
const ROUNDS = 3;
let daemon: RunningDaemon;

beforeAll(async () => {
  daemon = await startDaemon({ handlers: ['work'] });
});

afterAll(() => daemon[Symbol.asyncDispose]());

/**
 * The 99th percentile of calls on a connection of their own, one after the other, in milliseconds; of more calls where
 * there was not enough of a flood beside the first.
 */
async function p99(isFlooded: () => Promise<boolean>): Promise<number> {
  await using client = await daemon.connect();
  const times: number[] = [];
  do {
    for (let id = 0; id < CALLS; id++) {
      const start = performance.now();
      await client.send({ ipcReqID: id, uri: '/ipcserver/test/echo', data: id });
      expect(await client.nextMessage()).toEqual({ ipcReqID: id, data: id });
      times.push(performance.now() - start);
    }
  } while (!(await isFlooded()));
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Infinity;
}

test.each([
  ['small requests', '1'],
  ['requests of 1 KB', '1000'],
  ['requests of 1 MB', '1000000'],
  ['bad lines', 'garbage'],
])("a connection that floods the daemon with %s leaves another's p99 under 50 ms", async (what, frames) => {
  await using flood = await spawnFixture(join(__dirname, '../fixtures/flood.ts'), { args: [daemon.path, frames] });
  let best = Infinity;
  for (let round = 0; round < ROUNDS && best >= BOUND_MS; round++) {
    const before = await flood.ask<number>('framesSent');
    // Without a flood there is nothing to be fair about.
    best = Math.min(best, await p99(async () => (await flood.ask<number>('framesSent')) > before + 10));
  }
  const bound = { max: BOUND_MS, unit: 'ms' };
  expect(figure(`promise 6: p99 beside a flood of ${what}`, best, bound)).toBeLessThan(BOUND_MS);
});

test.each(['stay', 'go'])(
  "200 connections that ask for 10 MB each and %s, reading nothing, leave another's p99 under 50 ms",
  async (then) => {
    let best = Infinity;
    for (let round = 0; round < ROUNDS && best >= BOUND_MS; round++) {
      await using crowd = await spawnFixture(join(__dirname, '../fixtures/crowd.ts'), { args: [daemon.path, '200'] });
      const asked = crowd.ask<number>('ask', then);
      best = Math.min(best, await p99(async () => (await asked) === 200));
    }
    const bound = { max: BOUND_MS, unit: 'ms' };
    expect(figure(`promise 6: p99 beside 200 that ask for much and ${then}`, best, bound)).toBeLessThan(BOUND_MS);
  },
);
