import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UserWorkspace } from './user-workspace';
import { snippets } from './snippets';

const GUIDE = 'docs/guides/contracts.md';

let workspace: UserWorkspace;
const files: string[] = [];

beforeAll(async () => {
  workspace = await UserWorkspace.linked();
  for (const snippet of await snippets(GUIDE, 'ts')) {
    const file = /^\/\/ (\S+)/.exec(snippet)?.[1] ?? 'unnamed.ts';
    await workspace.write(file, snippet);
    files.push(file);
  }
  await workspace.compile(files);
});

afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
});

async function output(file: string): Promise<string> {
  return (await workspace.node(file.replace(/\.ts$/, '.js'))).stdout;
}

/** A document as the guide prints it: nobody reads hashes. */
function withoutHashes(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => (key === 'hash' ? '…' : value));
}

test('the guide has each of its files once', () => {
  expect(files).toHaveLength(new Set(files).size);
  expect(files).toContain('libraries.ts');
});

test.each([
  ['everything that it imports', (file: string) => file !== 'libraries.ts', { libraries: true }],
  [
    'what it imports of other schema libraries taken as it is',
    (file: string) => file === 'libraries.ts',
    { libraries: false },
  ],
])('its snippets are typed as strict TypeScript wants it, with %s', async (_, wanted, options) => {
  await workspace.typecheck(files.filter(wanted), options).catch((error: unknown) => {
    throw new Error((error as { stdout?: string }).stdout ?? String(error));
  });
});

test.each([
  ['errors.ts', /^orders\.sold_out 2\n$/],
  ['validation.ts', /^{ value: { sku: 'a1', qty: 1 } }\n{\n {2}issues: \[\n.*path: '\/sku'.*path: '\/qty'/s],
  ['libraries.ts', /^1\n$/],
  ['compare.ts', /^breaking \/orders\/buy#\/response\/properties\/state may be "sent" now\n$/],
])('%s prints what the guide says', async (file, printed) => {
  expect(await output(file)).toMatch(printed);
});

test('the document of the guide is made, from JavaScript and from a shell', async () => {
  const [shown = ''] = await snippets(GUIDE, 'json');
  const document = withoutHashes(shown);
  await output('make-document.ts');
  expect(withoutHashes(await readFile(join(workspace.path, 'ipc-contract.json'), 'utf8'))).toEqual(document);
  const [command = ''] = await snippets(GUIDE, 'sh');
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: workspace.path });
  const [reading = '', result = ''] = stdout.split('\n');
  expect(JSON.parse(reading)).toEqual({ reading: 'src/endpoints/orders/buy.contract.ts' });
  expect(withoutHashes(result)).toEqual({ document });
});

test('the contract library is imported by name from ESM, and brings nothing along', async () => {
  await workspace.write(
    'imports.mjs',
    `import { endpoint, validate } from '@pixl-ipc/contract';
     import { extractContract } from '@pixl-ipc/contract/extraction';
     console.log(endpoint.name, validate.name, extractContract.name);`,
  );
  expect((await workspace.node('imports.mjs')).stdout).toBe('endpoint validate extractContract\n');
  const manifest = await readFile(join(workspace.path, 'node_modules/@pixl-ipc/contract/package.json'), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  expect(Object.keys(dependencies)).toEqual(['@pixl-ipc/protocol']);
});
