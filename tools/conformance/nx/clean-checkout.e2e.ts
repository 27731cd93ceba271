import { tempDirectory } from '@pixl-ipc/testkit';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { nxEnvironment } from './nx-environment';

const ROOT = resolve(__dirname, '../../..');
const run = promisify(execFile);

/** The files of this repository without anything built, and with the packages that are installed here. */
async function checkOut(target: string): Promise<void> {
  const options = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const { stdout } = await run('git', options, { cwd: ROOT, maxBuffer: 2 ** 24 });
  for (const file of stdout.split('\0').filter((name) => name !== '' && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(ROOT, file), join(target, file));
  }
  // Links to the projects of this repository become links to those of the copy, because they are relative.
  const isOwn = (name: string) => name === '@pixl-ipc' || name === 'pixl-ipc';
  mkdirSync(join(target, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    const [from, to] = [join(ROOT, 'node_modules', name), join(target, 'node_modules', name)];
    if (isOwn(name)) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    else symlinkSync(from, to);
  }
}

test('a clean checkout, without a build, takes "nx g pixl-ipc:handler myapi/test", and what it makes works', async () => {
  await using directory = await tempDirectory();
  const root = directory.path;
  await checkOut(root);
  const call = (program: string, ...args: string[]) => run(program, args, { cwd: root, env: nxEnvironment() });
  const bin = (name: string) => join(root, 'node_modules/.bin', name);

  const { stdout } = await call(bin('nx'), 'g', 'pixl-ipc:handler', 'myapi/test');
  expect(existsSync(join(root, 'libs/server/dist'))).toBe(false);
  expect(stdout).toContain('CREATE apps/ipc-daemon/src/endpoints/myapi/test.contract.ts');
  expect(stdout).toContain('UPDATE apps/ipc-daemon/ipc-contract.json');
  const client = readFileSync(join(root, 'apps/ts-consumer/src/ipc-daemon-client/client.ts'), 'utf8');
  expect(client).toContain("uri: '/myapi/test'");
  await call(bin('vitest'), 'run', '--root', 'apps/ipc-daemon', 'myapi');
  await call(bin('tsc'), '-p', 'apps/ipc-daemon/tsconfig.json');
});
