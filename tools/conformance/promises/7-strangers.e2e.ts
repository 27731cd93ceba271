import { figure, spawnFixture, tempDirectory, until } from '@pixl-ipc/testkit';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startDaemon } from '../fixtures/running-daemon';
import type { Knocks } from '../fixtures/stranger';

const STRANGER = 65_534;
const ROUNDS = 100;
const fixture = (name: string): string => join(__dirname, '../fixtures', name);

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

describe.runIf(process.getuid?.() === 0)('another user', () => {
  test('outside the mode connects at no instant, from before the socket is there until after it is gone', async () => {
    await using directory = await tempDirectory();
    chmodSync(directory.path, 0o755);
    const folder = directory.file('run');
    mkdirSync(folder, { mode: 0o755 });
    const path = join(folder, 's');
    await using stranger = await spawnFixture(fixture('stranger.ts'), { args: [path, String(STRANGER)] });
    await using restarter = await spawnFixture(fixture('restarter.ts'), { args: [directory.path] });
    const knocks = (): Promise<Knocks> => stranger.ask<Knocks>('knocks');

    for (let round = 0; round < ROUNDS; round++) {
      expect(await restarter.ask('start', { socket_path: path })).toEqual({ connect: 'connected' });
      expect(lstatSync(path).mode & 0o777).toBe(0o600);
      await restarter.ask('stop');
    }
    // At a socket that stays, the stranger gets to knock for certain.
    await restarter.ask('start', { socket_path: path });
    const { EACCES = 0 } = (await knocks()).atPath;
    await until(async () => ((await knocks()).atPath.EACCES ?? 0) > EACCES + 50, { what: 'the stranger to knock' });
    await restarter.ask('stop');

    const { atPath, beside } = await knocks();
    const attempts = sum(atPath) + sum(beside);
    figure(`promise 7: attempts of another user in ${ROUNDS + 1} starts and stops`, attempts, { min: 100 });
    figure('promise 7: of them at a directory where a socket was being made', sum(beside), { min: 0 });
    const connected = (atPath.connected ?? 0) + (beside.connected ?? 0);
    expect(figure('promise 7: of them connected', connected, { max: 0 })).toBe(0);
    expect(Object.keys(atPath).toSorted()).toEqual(['EACCES', 'ENOENT']);
    expect(Object.keys(beside).filter((outcome) => !['EACCES', 'ENOENT', 'ENOTDIR'].includes(outcome))).toEqual([]);
  });

  test('whom the uid policy does not name is told so and closed, whatever the mode', async () => {
    await using daemon = await startDaemon({ component: { socket_chmod: '777', allow_uids: [STRANGER] } });
    await using client = await daemon.connect();
    expect(await client.nextMessage()).toMatchObject({ ipcReqID: null, code: 'permission_denied' });
    expect(await client.ended).toBe(true);
    expect(await daemon.errorCounts()).toEqual({ uid_policy: 1 });
  });
});
