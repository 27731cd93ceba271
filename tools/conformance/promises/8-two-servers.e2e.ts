import { figure, spawnFixture, type RawClient } from '@pixl-ipc/testkit';
import { lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOG_FILE } from '../fixtures/daemon-options';
import { parseLog } from '../fixtures/log-line';
import { startDaemon } from '../fixtures/running-daemon';
import { startFailure } from '../fixtures/start-failure';

const ROUNDS = 100;

/** One request after the other until it is told to stop; resolves to how many were answered, rightly and in time. */
function load(client: RawClient): { readonly stop: () => Promise<number> } {
  const stop = new AbortController();
  const answered = (async () => {
    for (let id = 0; ; id++) {
      if (stop.signal.aborted) return id;
      await client.send({ ipcReqID: id, uri: '/ipcserver/test/echo', data: id });
      expect(await client.nextMessage()).toEqual({ ipcReqID: id, data: id });
    }
  })();
  return {
    stop: () => {
      stop.abort();
      return answered;
    },
  };
}

describe('a second daemon', () => {
  test('on the socket of a live one never starts, says why, and is not noticed by the clients of the first', async () => {
    await using first = await startDaemon();
    await using client = await first.connect();
    const clients = load(client);
    const { ino, ctimeNs } = lstatSync(first.path, { bigint: true });
    const logs = join(first.directory.path, 'second');
    await using second = await spawnFixture(join(__dirname, '../fixtures/restarter.ts'), { args: [logs] });

    // By its name, and by another name of the same place.
    const link = first.directory.file('link');
    symlinkSync(first.directory.path, link);
    for (let round = 0; round < ROUNDS; round++) {
      const socket_path = round % 2 === 0 ? first.path : join(link, 's');
      expect(await second.ask('start', { socket_path })).toEqual({ exitCode: 1 });
    }
    const answered = await clients.stop();
    expect(lstatSync(first.path, { bigint: true })).toMatchObject({ ino, ctimeNs });
    await first.assertServes();
    const refusals = parseLog(readFileSync(join(logs, LOG_FILE), 'utf8')).filter(
      ({ code }) => code === 'already_running',
    );
    expect(refusals).toHaveLength(figure('promise 8: second daemons that a live one survived', ROUNDS, { min: 100 }));
    expect(figure('promise 8: requests of its client answered meanwhile', answered, { min: 100 })).toBeGreaterThan(99);
    expect((await first.stats()).connections).toBe(1);
    expect(await first.errorCounts()).toEqual({});
  });

  test('of two that start at once on the socket of a live one, each as a process of its own, ends with code 1', async () => {
    await using first = await startDaemon();
    const failures = await Promise.all(
      Array.from({ length: 2 }, () => startFailure({ component: { socket_path: first.path } })),
    );
    for (const failure of failures) expect(failure).toMatchObject({ exitCode: 1, codes: ['already_running'] });
    await first.assertServes();
  });

  test('takes over the stale socket of one that was killed, and at its stop leaves nothing', async () => {
    await using first = await startDaemon();
    await first.process.stop('SIGKILL');
    expect(lstatSync(first.path).isSocket()).toBe(true);
    await using second = await startDaemon({ component: { socket_path: first.path } });
    await second.assertServes();
    expect(await second.process.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect(readdirSync(first.directory.path)).toEqual([LOG_FILE]);
  });
});
