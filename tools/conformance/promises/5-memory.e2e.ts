import { figure, rssBytesOf, until, type RawClient } from '@pixl-ipc/testkit';
import { describe, expect, test } from 'vitest';
import { connectMany } from '../fixtures/connect-many';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';

const MIB = 1024 * 1024;
/** The default of max_buffered_bytes_total; nothing here is configured. */
const BUDGET = 256 * MIB;
const CONNECTIONS = 1_000;
const REPLY_CHARS = 200_000;

const requests = (count: number, uri: string): string =>
  Array.from({ length: count }, (_, id) => `{"ipcReqID":${id},"uri":"${uri}","data":${REPLY_CHARS}}\n`).join('');

/**
 * Runs `misbehave` on a daemon that has 1,000 connections and has served some of them well, which is its base: what is
 * measured is what misbehaving adds. Prints the peak and returns it in MiB, with how many connections had to go.
 */
async function peakUnder(
  what: string,
  misbehave: (daemon: RunningDaemon, clients: readonly RawClient[]) => Promise<void>,
): Promise<{ readonly peak: number; readonly closed: number }> {
  await using daemon = await startDaemon({ handlers: ['work'] });
  const clients = await connectMany(daemon, CONNECTIONS);
  for (let at = 0; at < CONNECTIONS; at += 50) {
    await Promise.all(
      clients.slice(at, at + 10).map(async (client) => {
        await client.write(requests(1, '/work/text'));
        await client.nextLine();
      }),
    );
  }
  const base = rssBytesOf(daemon.process.pid);
  await misbehave(daemon, clients);
  await daemon.assertServes();
  const { over_budget: closed = 0 } = await daemon.errorCounts();
  const grown = Math.round((daemon.process.peakRssBytes() - base) / MIB);
  const bound = { max: BUDGET / MIB + 64, unit: 'MiB' };
  const peak = figure(`promise 5: memory over base, 1,000 ${what}, ${closed} of them closed:`, grown, bound);
  for (const client of clients) client.destroy();
  await until(async () => (await daemon.stats()).connections === 0, { what: 'no connection', timeoutMs: 20_000 });
  return { peak, closed };
}

describe('the daemon stays under its base, its byte budget and 64 MiB more', () => {
  test('with 1,000 clients that do not read replies of 200 KB', async () => {
    const { peak } = await peakUnder('slow readers', async (daemon, clients) => {
      for (const client of clients) client.pause();
      await Promise.all(clients.map((client) => client.write(requests(20, '/work/text'))));
      await daemon.caughtUp();
    });
    expect(peak).toBeLessThan(BUDGET / MIB + 64);
  });

  test('with 1,000 clients that do not read, when 3,000 replies of 200 KB are made at the same instant', async () => {
    const { peak, closed } = await peakUnder('slow readers answered at once', async (daemon, clients) => {
      for (const client of clients) client.pause();
      await Promise.all(clients.map((client) => client.write(requests(3, '/work/hold'))));
      await until(async () => (await daemon.process.ask('held')) === 3_000, { what: 'all requests to run' });
      await daemon.process.ask('release', null, { timeoutMs: 30_000 });
    });
    expect(peak).toBeLessThan(BUDGET / MIB + 64);
    // The budget was reached: those who held most had to go.
    expect(closed).toBeGreaterThan(100);
  });

  test('with 1,000 clients that have begun a frame of 1 MB and do not end it', async () => {
    const { peak, closed } = await peakUnder('half frames of 1 MB', async (daemon, clients) => {
      const half = Buffer.alloc(1_000_000, 'x');
      await Promise.all(clients.map((client) => client.write(half)));
      await daemon.caughtUp();
    });
    expect(peak).toBeLessThan(BUDGET / MIB + 64);
    expect(closed).toBeGreaterThan(CONNECTIONS - BUDGET / 1_000_000 - 10);
  });
});
