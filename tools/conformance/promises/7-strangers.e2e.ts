import { figure, spawnFixture, tempDirectory, until } from '@pixl-ipc/testkit';
import { chmod, mkdir } from 'node:fs/promises';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startDaemon } from '../fixtures/running-daemon';

const NOBODY = 65_534;
const ROUNDS = 5;

interface Knocks {
  readonly attempts: number;
  readonly connected: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

test.runIf(process.getuid?.() === 0)(
  'nobody outside the mode connects at any instant, from before the socket is there until after it is gone',
  async () => {
    await using directory = await tempDirectory();
    await chmod(directory.path, 0o755);
    const folder = directory.file('run');
    await mkdir(folder, { mode: 0o755 });
    const path = join(folder, 's');
    await using stranger = await spawnFixture(join(__dirname, '../fixtures/stranger.ts'), {
      args: [path, String(NOBODY)],
    });
    for (let round = 0; round < ROUNDS; round++) {
      const daemon = await startDaemon({ component: { socket_path: path } });
      expect(lstatSync(path).mode & 0o777).toBe(0o600);
      const { EACCES = 0 } = (await stranger.ask<Knocks>('knocks')).outcomes;
      await until(async () => ((await stranger.ask<Knocks>('knocks')).outcomes.EACCES ?? 0) > EACCES + 50, {
        what: 'the stranger to be turned away',
      });
      await daemon.assertServes();
      expect((await daemon.stats()).connections).toBeLessThan(2);
      await daemon.process.stop('SIGTERM');
      await daemon.directory.cleanup();
    }
    const { attempts, connected, outcomes } = await stranger.ask<Knocks>('knocks');
    figure(`promise 7: attempts of another user over ${ROUNDS} starts`, attempts, { min: 100 });
    expect(figure('promise 7: of them connected', connected, { max: 0 })).toBe(0);
    expect(Object.keys(outcomes).toSorted()).toEqual(['EACCES', 'ENOENT']);
  },
);

test.runIf(process.getuid?.() === 0)(
  'whom the uid policy does not name is told so and closed, whatever the mode',
  async () => {
    await using daemon = await startDaemon({ component: { socket_chmod: '777', allow_uids: [NOBODY] } });
    await using client = await daemon.connect();
    expect(await client.nextMessage()).toMatchObject({ ipcReqID: null, code: 'permission_denied' });
    expect(await client.ended).toBe(true);
    expect(await daemon.errorCounts()).toEqual({ uid_policy: 1 });
    expect(
      (await daemon.log()).some(({ message }) => message.startsWith('WARNING: socket_chmod lets every user')),
    ).toBe(true);
  },
);
