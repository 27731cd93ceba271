import { figure, spawnFixture, tempDirectory } from '@pixl-ipc/testkit';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOG_FILE, OPTIONS_VARIABLE, type DaemonOptions } from '../fixtures/daemon-options';
import { startDaemon } from '../fixtures/running-daemon';

/** Starts a daemon that has to fail. Resolves to its exit code and the log. */
async function failToStart(
  directory: string,
  component: object,
): Promise<{ readonly code: number | null; readonly log: string }> {
  const options: DaemonOptions = {
    component: component as DaemonOptions['component'],
    logDirectory: directory,
    waits: true,
  };
  const env = { [OPTIONS_VARIABLE]: JSON.stringify(options) };
  const fixture = await spawnFixture(join(__dirname, '../fixtures/daemon.ts'), { env });
  await fixture.ask('start').catch(() => undefined);
  const { code } = await fixture.exited();
  return { code, log: readFileSync(join(directory, LOG_FILE), 'utf8') };
}

describe('startup names what stands in its way, with the remedy, and ends the daemon with a code other than 0', () => {
  test.each([
    ['a missing directory', 'no_directory', (folder: string) => join(folder, 'missing/s'), async () => undefined],
    [
      'a path over 107 bytes',
      'path_too_long',
      (folder: string) => join(folder, 'x'.repeat(120)),
      async () => undefined,
    ],
    [
      'a regular file at the path',
      'not_a_socket',
      (folder: string) => join(folder, 'file'),
      (path: string) => writeFile(path, 'mine'),
    ],
    ['a directory at the path', 'not_a_socket', (folder: string) => join(folder, 'dir'), (path: string) => mkdir(path)],
    [
      'a symbolic link at the path',
      'not_a_socket',
      (folder: string) => join(folder, 'link'),
      (path: string) => symlink('elsewhere', path),
    ],
  ])('%s: %s', async (_what, code, pathIn, prepare) => {
    await using directory = await tempDirectory();
    const path = pathIn(directory.path);
    await prepare(path);
    const before = existsSync(path) ? lstatSync(path).ino : undefined;

    const started = await failToStart(directory.path, { socket_path: path });
    expect(started.code).toBeGreaterThan(0);
    expect(started.log).toContain(`[error][${code}]`);
    expect(started.log).toContain(path.slice(0, 40));
    expect(existsSync(path) ? lstatSync(path).ino : undefined).toBe(before);
  });

  test.each([
    ['socket_chmod', 777, /socket_chmod is the number 777, .*; write the string "777"/],
    ['socket_chmod', 'rw-rw----', /socket_chmod is "rw-rw----"; give the mode as an octal string/],
    ['max_frame_bytes', '16MB', /max_frame_bytes is "16MB"; give a whole number from 64 to/],
    ['log_stats_interval', 'minutes', /log_stats_interval is "minutes"; give an event/],
    ['drain_timeout', 5, /drain_timeout has no meaning here; set exit_timeout/],
    ['socket_group', 'no-such-group', /no-such-group/],
  ])('%s: %j', async (key, value, message) => {
    await using directory = await tempDirectory();
    const path = directory.file('s');
    const started = await failToStart(directory.path, { socket_path: path, [key]: value });
    expect(started.code).toBeGreaterThan(0);
    expect(started.log).toMatch(message);
    expect(existsSync(path)).toBe(false);
  });
});

test('startup calls back when clients can connect, not earlier', async () => {
  const rounds = 15;
  let connected = 0;
  for (let round = 0; round < rounds; round++) {
    await using daemon = await startDaemon({ waits: true });
    await daemon.process.ask('start');
    connected += await new Promise<number>((resolve) => {
      const socket = connect(daemon.path, () => resolve(1)).on('error', () => resolve(0));
      socket.once('connect', () => socket.destroy());
    });
  }
  expect(figure('promise 9: starts that accepted at once when they said so', connected, { min: rounds })).toBe(rounds);
});
