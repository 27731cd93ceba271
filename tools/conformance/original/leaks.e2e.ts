import type { RawClient } from '@pixl-ipc/testkit';
import { rssBytesOf, until } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectMany } from '../fixtures/connect-many';
import { startDaemon, type RunningDaemon, type WireReply } from '../fixtures/running-daemon';

const MIB = 1024 * 1024;
let daemon: RunningDaemon;

beforeAll(async () => {
  daemon = await startDaemon({ handlers: ['work'], nodeArgs: ['--expose-gc'] });
});

afterAll(() => daemon[Symbol.asyncDispose]());

/** How connections end; the original noticed the first alone. */
const endings: Readonly<Record<string, (client: RawClient) => unknown>> = {
  'end properly': (client) => client.halfClose(),
  'close with a request running': async (client) => {
    await client.send({ ipcReqID: 1, uri: '/work/wait', data: 50 });
    client.destroy();
  },
  'close in the middle of a frame': async (client) => {
    await client.write('{"ipcReqID":1,"uri":"/work/w');
    client.destroy();
  },
  'close with replies unread, which is an RST': async (client) => {
    client.pause();
    await client.send({ ipcReqID: 1, uri: '/work/text', data: 100_000 });
    await daemon.caughtUp();
    client.destroy();
  },
};

describe('closed sockets are forgotten, with their files', () => {
  test.each(Object.entries(endings))('when 20 clients %s', async (_, end) => {
    const files = daemon.process.openFiles();
    const clients = await Promise.all(Array.from({ length: 20 }, () => daemon.connect()));
    await until(async () => (await daemon.stats()).connections === 20, { what: '20 connections' });
    await Promise.all(clients.map(end));
    await until(async () => (await daemon.stats()).connections === 0, { what: 'no connection' });
    await until(() => daemon.process.openFiles() <= files, { what: 'their files to close' });
    for (const client of clients) await client[Symbol.asyncDispose]();
  });
});

test('300 connections with 1 MB each and no newline do not keep 330 MB: the byte budget bounds them', async () => {
  const budget = 32 * MIB;
  await using small = await startDaemon({ component: { max_buffered_bytes_total: budget } });
  const base = rssBytesOf(small.process.pid);
  const clients = await connectMany(small, 300);
  const half = Buffer.alloc(1_000_000, 'x');
  await Promise.all(clients.map((client) => client.write(half)));
  await small.caughtUp();
  expect(small.process.peakRssBytes() - base).toBeLessThan(budget + 64 * MIB);
  await small.assertServes();
  // Those who had to go are counted, and told why unless their own writing failed first.
  const gone = clients.filter(({ socket }) => socket.destroyed || socket.readableEnded);
  expect(await small.errorCounts()).toEqual({ over_budget: gone.length });
  const words = gone.flatMap(({ lines }) => lines.map((line) => (JSON.parse(line) as WireReply).code));
  expect(new Set(words)).toEqual(new Set(['resource_exhausted']));
  for (const client of clients) client.destroy();
  await until(async () => (await small.stats()).connections === 0, { what: 'no connection' });
});

test('200,000 delayed requests, which kept 134 MB, fit into a heap of 96 MB, get a reply each, and leave nothing', async () => {
  const [connections, each] = [100, 2_000];
  await using crowded = await startDaemon({ nodeArgs: ['--expose-gc', '--max-old-space-size=96'] });
  const heapUsed = async (): Promise<number> => (await crowded.process.ask<NodeJS.MemoryUsage>('memory')).heapUsed;
  const before = await heapUsed();
  const clients = await connectMany(crowded, connections);
  const frames = Array.from(
    { length: each },
    (_, id) => `{"ipcReqID":${id},"uri":"/ipcserver/test/delay","data":{"delay":50}}\n`,
  ).join('');
  await Promise.all(clients.map((client) => client.write(frames)));
  await Promise.all(clients.map((client) => client.waitForLines(each, { timeoutMs: 60_000 })));
  expect((await heapUsed()) - before).toBeLessThan(8 * MIB);
  for (const { lines } of clients) {
    expect(new Set(lines.map((line) => (JSON.parse(line) as { ipcReqID: number }).ipcReqID)).size).toBe(each);
    expect(lines).toHaveLength(each);
  }
  for (const client of clients) client.destroy();
});

test('idle connections are reaped after idle_timeout, and no other', async () => {
  await using reaping = await startDaemon({ component: { idle_timeout: 200 } });
  await using waiting = await reaping.connect();
  await using idle = await reaping.connect();
  const start = performance.now();
  void waiting.send({ ipcReqID: 1, uri: '/ipcserver/test/delay', data: { delay: 500 } });
  expect(await idle.ended).toBe(true);
  expect(performance.now() - start).toBeGreaterThanOrEqual(199);
  expect(await waiting.nextMessage()).toEqual({ ipcReqID: 1, data: { delay: 500 } });
  expect(await waiting.ended).toBe(true);
  expect(await reaping.errorCounts()).toEqual({ idle_timeout: 2 });
});

test('a frame that drips in without an end is cut off after frame_timeout, however it drips', async () => {
  await using impatient = await startDaemon({ component: { frame_timeout: 300 } });
  await using client = await impatient.connect();
  const dripping = setInterval(() => void client.write('x'), 20);
  expect(await client.nextMessage()).toMatchObject({ ipcReqID: null, code: 'deadline_exceeded' });
  clearInterval(dripping);
  await client.closed;
  expect(await impatient.errorCounts()).toEqual({ frame_timeout: 1 });
});
