import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { Results } from './results';
import { ROOT } from './systems/catalog';

const run = promisify(execFile);
const MAIN = join(__dirname, '../dist/main.js');
const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('bench-'));

/** The package of this project in the place of the original: the same API in a folder of the same shape. */
function standIn(): string {
  const folder = mkdtempSync(join(tmpdir(), 'px-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'index.js'), `module.exports = require('pixl-ipc');`);
  writeFileSync(join(folder, 'client.js'), `module.exports = require('pixl-ipc/client');`);
  return folder;
}

/** Runs the built command. */
async function bench(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [MAIN, ...args], { maxBuffer: 16 * 1024 * 1024 });
}

/** Starting dozens of processes takes its time on a busy machine. */
const PATIENCE = { timeout: 300_000 };

test(
  'a quick run measures processes of their own, in Node.js and in PHP, and leaves nothing behind',
  PATIENCE,
  async () => {
    const before = folders();
    const systems = ['pixl-ipc-original-api', 'original', 'php-floor'];
    const { stdout } = await bench(
      '--quick',
      '--json',
      '--original',
      standIn(),
      '--only',
      [...systems, 'serial'].join(),
    );
    const results = JSON.parse(stdout) as Results;
    expect(results.systems.map(({ name }) => name)).toEqual([
      'pixl-ipc-original-api',
      'floor',
      'original',
      'php-floor',
    ]);
    const measured = results.cells
      .flatMap(({ figures, ratios }): Readonly<Record<string, number>>[] => [{ ...figures }, { ...ratios }])
      .flatMap((values) => Object.values(values));
    expect(measured.length).toBeGreaterThan(0);
    expect(measured.filter((value) => !(value > 0))).toEqual([]);
    expect(folders()).toEqual(before);
  },
);

test('growth, memory and start-up are measured of one system by itself', PATIENCE, async () => {
  const { stdout } = await bench('--quick', '--json', '--only', 'pixl-ipc,pipelined,curves,idle,start-up');
  const { cells, curves, idle, startUp } = JSON.parse(stdout) as Results;
  expect(new Set(cells.map(({ system }) => system))).toEqual(new Set(['pixl-ipc', 'floor']));
  expect(new Set(curves.map(({ curve }) => curve))).toEqual(new Set(['connections', 'endpoints', 'size', 'in flight']));
  expect(curves.flatMap(({ points }) => points).filter(({ value }) => !(value > 0))).toEqual([]);
  expect(idle.map(({ system }) => system)).toEqual(['pixl-ipc', 'floor']);
  expect(startUp.filter(({ ms }) => !(ms > 0))).toEqual([]);
});

test('require(pixl-ipc) loads no schema library, no templates and no Nx', async () => {
  const script = `require('pixl-ipc'); require('pixl-ipc/client'); console.log(Object.keys(require.cache).join('\\n'))`;
  const { stdout } = await run(process.execPath, ['-e', script], { cwd: __dirname });
  expect(stdout).toContain('dist/index.js');
  expect(stdout).not.toMatch(/node_modules\/(?:zod|handlebars|nx|@nx|typescript)\//);
});

test.each([
  [['--help'], 0, /Systems:/],
  [['--only', 'nobody'], 2, /--only nobody is no scenario and no system/],
  [['--quick', '--only', 'original,serial', '--original', '/nonexistent'], 1, /server of original ended/],
])('%j ends with status %d', async (args, status, output) => {
  const result = await bench(...args).catch(
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  expect('code' in result ? result.code : 0).toBe(status);
  expect(result.stdout + result.stderr).toMatch(output);
});
