import { figure, RawClient, spawnFixture } from '@pixl-ipc/testkit';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOG_FILE, OPTIONS_VARIABLE, type DaemonOptions } from '../fixtures/daemon-options';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';

const ROUNDS = 8;

/** Starts a second daemon on the first one's socket. Resolves to its exit code and its log. */
async function startSecond(daemon: RunningDaemon): Promise<{ readonly code: number | null; readonly log: string }> {
  const logDirectory = join(daemon.directory.path, 'second');
  const options: DaemonOptions = { component: { socket_path: daemon.path }, logDirectory, waits: true };
  const env = { [OPTIONS_VARIABLE]: JSON.stringify(options) };
  const second = await spawnFixture(join(__dirname, '../fixtures/daemon.ts'), { env });
  await second.ask('start').catch(() => undefined);
  const { code } = await second.exited();
  return { code, log: readFileSync(join(logDirectory, LOG_FILE), 'utf8') };
}

describe('a second daemon on the socket of a live one', () => {
  test('does not start, says why, and is not noticed by the clients of the first', async () => {
    await using daemon = await startDaemon();
    await using client = await RawClient.connect(daemon.path);
    const { ino } = lstatSync(daemon.path);
    let answered = 0;
    let going = true;
    const load = (async () => {
      for (let id = 0; going; id++) {
        await client.send({ ipcReqID: id, uri: '/ipcserver/test/echo', data: id });
        expect(await client.nextMessage()).toEqual({ ipcReqID: id, data: id });
        answered++;
      }
    })();
    for (let round = 0; round < ROUNDS; round++) {
      const second = await startSecond(daemon);
      expect(second.code).toBeGreaterThan(0);
      expect(second.log).toContain('[error][already_running]');
      expect(lstatSync(daemon.path).ino).toBe(ino);
      await daemon.assertServes();
    }
    going = false;
    await load;
    figure('promise 8: second daemons that a live one did not notice', ROUNDS, { min: ROUNDS });
    expect(answered).toBeGreaterThan(0);
  });

  test('takes over a stale socket when the first was killed, and its own stop takes nothing of another away', async () => {
    const first = await startDaemon();
    await first.process.stop('SIGKILL');
    expect(lstatSync(first.path).isSocket()).toBe(true);
    const second = await startDaemon({ component: { socket_path: first.path } });
    await second.assertServes();
    expect(await second.process.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect(() => lstatSync(first.path)).toThrow(/ENOENT/);
    await second.directory.cleanup();
    await first.directory.cleanup();
  });
});
