import { tempDirectory, type TempDirectory } from '@pixl-ipc/testkit';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nxEnvironment } from '../nx/nx-environment';
import { Served } from '../nx/served';

const ROOT = resolve(__dirname, '../../..');
const REPORT = /^hello, Grace\nup for \d+ minutes, \d+ MiB free\n(?:load \d+\.\d\d \d+\.\d\d \d+\.\d\d\n){3}$/;
const run = promisify(execFile);

let directory: TempDirectory;
let daemon: Served;

beforeAll(async () => {
  directory = await tempDirectory();
  daemon = await Served.start({
    root: ROOT,
    project: 'ipc-daemon',
    socket: directory.file('s'),
    // pixl-server's way to override its config: so that a daemon of the developer's own is left alone.
    env: {
      ...nxEnvironment(),
      IPC_DAEMON_IPCServer__socket_path: directory.file('s'),
      IPC_DAEMON_log_dir: directory.path,
    },
  });
});

afterAll(async () => {
  await daemon.stop();
  await directory.cleanup();
});

test.each([
  [
    'TypeScript',
    process.execPath,
    ['--conditions=@pixl-ipc/source', '--import', 'tsx', 'apps/ts-consumer/src/main.ts'],
  ],
  ['PHP', 'php', ['apps/php-consumer/bin/report.php']],
])('the %s example reports what the served daemon answers, a stream included', async (_, program, args) => {
  const { stdout, stderr } = await run(program, [...args, directory.file('s'), 'Grace'], { cwd: ROOT });
  expect([stdout, stderr]).toEqual([expect.stringMatching(REPORT), '']);
});
