import { figure, spawnFixture, tempDirectory, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LOG_FILE } from '../fixtures/daemon-options';
import { parseLog } from '../fixtures/log-line';
import type { Start } from '../fixtures/restarter';

const ROUNDS = 50;
let logs: TempDirectory;
let directory: TempDirectory;
let restarter: FixtureProcess;

beforeAll(async () => {
  logs = await tempDirectory();
  restarter = await spawnFixture(join(__dirname, '../fixtures/restarter.ts'), { args: [logs.path] });
});

afterAll(async () => {
  await restarter.cleanup();
  await logs.cleanup();
});

beforeEach(async () => {
  directory = await tempDirectory();
});

afterEach(() => directory.cleanup());

const start = (component: object): Promise<Start> => restarter.ask<Start>('start', component);

/** The error that the component logged last. */
function lastError(): string {
  const errors = parseLog(readFileSync(logs.file(LOG_FILE), 'utf8')).filter(
    ({ component, category }) => component === 'IPCServer' && category === 'error',
  );
  return `${errors.at(-1)?.code}: ${errors.at(-1)?.message}`;
}

describe('startup names what stands in its way, with the remedy, and ends the daemon with a code other than 0', () => {
  test.each([
    ['a missing directory', 'missing/s', /^no_directory: .*missing\/s.*; create the directory first/],
    ['a path below a file', 'file/s', /^no_directory: .*file\/s.*its directory is a file; choose another path/],
    ['a path over 107 bytes', 'x'.repeat(120), /^path_too_long: .*limit 107; choose a shorter directory/],
    ['a NUL in the path', 'a\0b', /^invalid_path: .*holds a NUL/],
    ['a regular file at the path', 'file', /^not_a_socket: .*file exists and is not a socket; .* choose another path/],
    ['a directory at the path', 'folder', /^not_a_socket: .*folder/],
    ['a symbolic link at the path', 'link', /^not_a_socket: .*link/],
  ])('%s', async (_what, name, message) => {
    writeFileSync(directory.file('file'), 'data');
    mkdirSync(directory.file('folder'));
    symlinkSync('elsewhere', directory.file('link'));
    const before = readdirSync(directory.path);
    expect(await start({ socket_path: `${directory.path}/${name}` })).toEqual({ exitCode: 1 });
    expect(lastError()).toMatch(message);
    expect(readdirSync(directory.path)).toEqual(before);
    expect(lstatSync(directory.file('link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(directory.file('file'), 'utf8')).toBe('data');
  });

  test.each([
    ['socket_path', undefined, /socket_path is ""; give the path of the socket/],
    ['socket_chmod', 777, /socket_chmod is the number 777, .*; write the string "777"/],
    ['socket_chmod', 'rw-rw----', /socket_chmod is "rw-rw----"; give the mode as an octal string/],
    ['socket_group', 'no-such-group', /^unknown_group: .*no-such-group.*; create it, or give its gid/],
    ['max_frame_bytes', '16MB', /max_frame_bytes is "16MB"; give a whole number from 64 to/],
    ['max_frame_bytes', 300_000_000, /max_frame_bytes is 300000000; give a whole number/],
    ['write_soft_bytes', 64 * 1024 * 1024, /write_soft_bytes is 67108864, over write_hard_bytes 33554432/],
    ['log_stats_interval', 'minutes', /log_stats_interval is "minutes"; give an event/],
    ['allow_uids', 'www-data', /allow_uids is "www-data"; give a list of numeric ids/],
    ['drain_timeout', 5, /drain_timeout has no meaning here; set exit_timeout/],
  ])('%s: %j', async (key, value, message) => {
    const path = directory.file('s');
    expect(await start({ socket_path: path, [key]: value })).toEqual({ exitCode: 1 });
    expect(lastError()).toMatch(message);
    expect(existsSync(path)).toBe(false);
  });
});

test('startup calls back when clients can connect, not earlier: one connects at that very instant', async () => {
  const socket_path = directory.file('s');
  let connected = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const outcome = await start({ socket_path });
    expect(outcome).toEqual({ connect: 'connected' });
    connected++;
    await restarter.ask('stop');
    expect(readdirSync(directory.path)).toEqual([]);
  }
  expect(figure('promise 9: starts that accepted when they said so', connected, { min: ROUNDS })).toBe(ROUNDS);
});
