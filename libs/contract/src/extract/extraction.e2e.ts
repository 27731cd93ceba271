import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ContractError } from '../contract-error';
import type { ExtractionLine } from './extract';
import { extractContract, type ExtractionOptions } from './extraction';

const ROOT = resolve(__dirname, '../../../..');
const service = { name: 'shop', version: '1.0.0' };
const HEADER = "import { endpoint } from '@pixl-ipc/contract';\nimport { z } from 'zod';\n";
const BODY = '{ request: z.object({}), response: z.object({}) }';
const GOOD = `${HEADER}export default endpoint('/good', ${BODY});\n`;

/** A user's daemon with these files, and the packages of this workspace. */
function daemon(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'contract-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  for (const [file, source] of Object.entries({ 'package.json': '{}', ...files })) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), source);
  }
  return directory;
}

/** Extracts all contract files of a daemon. */
function extract(files: Readonly<Record<string, string>>, options: Partial<ExtractionOptions> = {}) {
  return extractContract({
    cwd: daemon(files),
    service,
    files: Object.keys(files).filter((file) => file.includes('.contract.')),
    conditions: ['@pixl-ipc/source'],
    timeoutMs: 60_000,
    ...options,
  });
}

async function problemsOf(extraction: Promise<unknown>): Promise<ContractError['problems']> {
  const error: unknown = await extraction.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ContractError) return error.problems;
  throw new Error('the extraction did not fail as it should', { cause: error });
}

describe('extraction', () => {
  const shared = `${HEADER}export const Money = z.object({ amount: z.int() }).meta({ id: 'Money' });\n`;
  const buy = `import { Money } from '../money.js';\n${HEADER}
    console.log('noise');
    process.stdout.write('{"document":{}}');
    setInterval(() => {}, 1000);
    /** Buys. */
    export default endpoint('/orders/buy', { request: z.object({ price: Money }), response: Money });\n`;

  test.each(['commonjs', 'module'])('gives the document of contract files of a %s package', async (type) => {
    const files = {
      'package.json': JSON.stringify({ type }),
      'src/money.ts': shared,
      'src/orders/buy.contract.ts': buy,
    };
    const document = await extract({ ...files, 'src/good.contract.ts': GOOD });
    expect(Object.keys(document.endpoints)).toEqual(['/good', '/orders/buy']);
    expect(document).toMatchObject({
      service,
      endpoints: { '/orders/buy': { summary: 'Buys.', response: { $ref: '#/types/Money' } } },
      types: { Money: { type: 'object' } },
    });
    expect(document.endpoints['/good']).not.toHaveProperty('summary');
  });

  test('gives the document of a file that has to be imported, because it awaits at its top', async () => {
    const document = await extract({
      'package.json': '{"type":"module"}',
      'src/words.ts': 'export const words: readonly string[] = await Promise.resolve(["a", "b"]);',
      'src/get.contract.ts': `import { words } from './words.js';\n${HEADER}
        export default endpoint('/get', { request: z.object({ word: z.enum(words) }), response: z.object({}) });\n`,
      'src/put.contract.ts': `${HEADER}export default endpoint('/put', { request: z.object({}), response: z.object({}) });\n`,
    });
    expect(Object.keys(document.endpoints)).toEqual(['/get', '/put']);
    expect(document.endpoints['/get']?.request).toMatchObject({ properties: { word: { enum: ['a', 'b'] } } });
  });

  test('runs the files in another process, which knows nothing of this one', async () => {
    process.env.CONTRACT_SECRET = 'secret';
    onTestFinished(() => {
      delete process.env.CONTRACT_SECRET;
    });
    const document = await extract({
      'a.contract.mjs': `${HEADER}globalThis.contractRan = true;
        const variables = Object.keys(process.env).filter((name) => /NODE|VITEST|SECRET/.test(name));
        export default endpoint('/a', { request: z.object({}).describe(variables.join() || 'none'), response: z.object({}) });`,
    });
    expect(document.endpoints['/a']?.request.description).toBe('none');
    expect(globalThis).not.toHaveProperty('contractRan');
  });

  test('is stopped after 10 seconds, with all that it started', async () => {
    const started = Date.now();
    const files = {
      'a.contract.mjs': `${HEADER}import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
        writeFileSync('pid', String(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }).pid));
        for (;;);`,
    };
    const cwd = daemon(files);
    const options = { cwd, service, files: Object.keys(files), conditions: ['@pixl-ipc/source'] };
    const [problem] = await problemsOf(extractContract(options));
    expect(problem).toMatchObject({ file: 'a.contract.mjs', reason: 'took longer than 10000 ms to be read' });
    expect(Date.now() - started).toBeLessThan(12_000);
    const pid = readFileSync(join(cwd, 'pid'), 'utf8');
    await expect.poll(() => stateOf(pid), { timeout: 5_000 }).toMatch(/^(gone|Z)$/);
  });

  test('leaves nothing running that a file started', async () => {
    const cwd = daemon({
      'a.contract.mjs': `${GOOD}import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); child.unref();
        writeFileSync('pid', String(child.pid));`,
    });
    await extractContract({
      cwd,
      service,
      files: ['a.contract.mjs'],
      conditions: ['@pixl-ipc/source'],
      timeoutMs: 60_000,
    });
    const pid = readFileSync(join(cwd, 'pid'), 'utf8');
    await expect.poll(() => stateOf(pid), { timeout: 5_000 }).toMatch(/^(gone|Z)$/);
  });
});

describe('a failure names the file, what is wrong and the remedy:', () => {
  test('every one of them, of all files', async () => {
    const problems = await problemsOf(
      extract(
        {
          'syntax.contract.ts': 'export default {',
          'throws.contract.ts': `${GOOD}\nfunction fail() { throw new Error('broken'); }\nfail();`,
          'missing.contract.ts': `import './nowhere.js';`,
          'none.contract.ts': `export const a = 1;`,
          'other.contract.ts': `export default { uri: '/a' };`,
          'uri.contract.ts': `${HEADER}export default endpoint('/Nope', ${BODY});`,
          'good.contract.ts': GOOD,
        },
        {
          files: ['syntax', 'throws', 'missing', 'none', 'other', 'uri', 'good', 'gone'].map(
            (name) => `${name}.contract.ts`,
          ),
        },
      ),
    );
    const byFile = new Map(problems.map(({ file, reason, remedy }) => [file, `${reason}; ${remedy}`]));
    expect(Object.fromEntries(byFile)).toEqual({
      'syntax.contract.ts': expect.stringMatching(
        /^cannot be imported: .*syntax\.contract\.ts:1:16: .*; mend the file; it may import schemas/s,
      ) as string,
      'throws.contract.ts': expect.stringMatching(
        /^cannot be imported: broken \(throws\.contract\.ts:\d+:\d+\); mend the file/,
      ) as string,
      'missing.contract.ts': expect.stringMatching(/^cannot be imported: .*nowhere\.js/) as string,
      'none.contract.ts': 'exports no endpoint by default; write export default endpoint(uri, { request, response })',
      'other.contract.ts': 'exports no endpoint by default; write export default endpoint(uri, { request, response })',
      'uri.contract.ts': 'segment "Nope" must match [a-z][a-z0-9-]*; write "nope"',
      'gone.contract.ts': expect.stringMatching(/^is not there; name it relative to \//) as string,
    });
  });

  test('of what documents do not support, and of two files with one URI', async () => {
    const tuple = `${HEADER}export default endpoint('/a', { request: z.object({ t: z.tuple([z.string()]) }), response: z.object({}) });`;
    const [problem] = await problemsOf(extract({ 'a.contract.ts': tuple, 'good.contract.ts': GOOD }));
    expect(problem).toEqual({
      file: 'a.contract.ts',
      path: '/a#/request/properties/t',
      reason: 'is a tuple',
      remedy: 'give its members names: make it an object',
    });
    const [twice] = await problemsOf(extract({ 'a.contract.ts': GOOD, 'b.contract.ts': GOOD }));
    expect(twice).toMatchObject({ file: 'a.contract.ts, b.contract.ts', path: '/good', reason: 'is declared twice' });
  });

  test.each<[string, string, RegExp]>([
    ['ends the process', 'process.exit(7);', /ended the process \(exit code 7\)/],
    ['kills the process', "process.kill(process.pid, 'SIGTERM');\nfor (;;);", /ended the process \(SIGTERM\)/],
    ['waits for what does not come', 'await new Promise(() => {});', /^waits for what does not come, or/],
    [
      'throws where nobody catches',
      "setImmediate(() => { throw new Error('late') });\nawait new Promise(() => {});",
      /exit code 1\).*late/s,
    ],
    [
      'writes into the result and ends',
      "import { writeSync } from 'node:fs';\nwriteSync(3, '{\\nnull\\n5\\n');\nprocess.exit();",
      /exit code 0/,
    ],
    [
      'writes without end',
      "import { writeSync } from 'node:fs';\nfor (;;) writeSync(3, 'noise\\n'.repeat(10000));",
      /larger than 16777216 bytes/,
    ],
  ])('of a file that %s', async (_, code, reason) => {
    const [problem] = await problemsOf(extract({ 'a.contract.mjs': GOOD, 'b.contract.mjs': `${GOOD}\n${code}` }));
    expect(problem?.file).toBe('b.contract.mjs');
    expect(problem?.reason).toMatch(reason);
    expect(problem?.remedy).toMatch(/\w/);
  });

  test('of a loader that is not installed, and a working directory that is not there', async () => {
    const [loader] = await problemsOf(extract({ 'a.contract.ts': GOOD }, { loader: 'no-such-loader' }));
    expect(loader?.reason).toMatch(/^the loader "no-such-loader" is not installed in \//);
    expect(loader?.remedy).toBe('npm install --save-dev no-such-loader');
    const [directory] = await problemsOf(
      extractContract({ cwd: '/no/such/directory', loader: require.resolve('tsx'), service, files: [] }),
    );
    expect(directory?.reason).toMatch(/^Node.js does not start: /);
  });
});

test('a tool that cannot import this package runs the program as it says', async () => {
  const program = join(__dirname, 'extract.ts');
  const args = ['--conditions=@pixl-ipc/source', '--import', 'tsx', program];
  const child = spawn(process.execPath, args, {
    cwd: daemon({ 'good.contract.ts': GOOD }),
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
  });
  child.stdin?.end(JSON.stringify({ service, files: ['good.contract.ts'] }));
  const [output] = await Promise.all([text(child.stdio[3] as Readable), once(child, 'exit')]);
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExtractionLine);
  expect(lines[0]).toEqual({ reading: 'good.contract.ts' });
  expect(lines.at(-1)?.document?.endpoints).toHaveProperty('/good');
  expect(child.exitCode).toBe(0);
});

/** `gone`, or the state of a process as the kernel says: Z where it has ended and nobody has asked how. */
function stateOf(pid: string): string {
  if (!existsSync(`/proc/${pid}/stat`)) return 'gone';
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .charAt(0);
}
