import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDependencies, createNodes, createNodesV2, name } from './index';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pixl-ipc-plugin-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** The targets that the plugin infers from the written files, by the project's folder. */
async function inferred(files: Readonly<Record<string, unknown>>, options = {}) {
  write(files);
  const context = { workspaceRoot: root, nxJsonConfiguration: { defaultBase: 'trunk' } };
  const matching = Object.keys(files).filter((file) => /(ipc|ipc-contract)\.json$|\.contract\.ts$/.test(file));
  const results = await createNodesV2[1](matching, options, context);
  return Object.assign({}, ...results.map(([, { projects }]) => projects)) as Record<
    string,
    { targets: Record<string, Record<string, unknown>> }
  >;
}

const PHP_CLIENT = { daemon: 'orders', language: 'php', output: 'src/Orders', namespace: 'App\\Orders' };

describe('inferred targets', () => {
  test('are those of a daemon where a project has contracts, however many', async () => {
    const projects = await inferred({
      'apps/orders/project.json': {},
      'apps/orders/src/main.ts': '',
      'apps/orders/src/endpoints/a.contract.ts': '',
      'apps/orders/src/endpoints/b/c.contract.ts': '',
    });
    expect(Object.keys(projects)).toEqual(['apps/orders']);
    expect(Object.keys(projects['apps/orders']?.targets ?? {})).toEqual(['serve', 'contract', 'contract-check']);
  });

  test('are those of a daemon where its last contract is gone', async () => {
    const projects = await inferred({ 'package.json': {}, 'ipc-contract.json': '{}' });
    expect(Object.keys(projects['.']?.targets ?? {})).toEqual(['contract', 'contract-check']);
  });

  test('are those of a caller where a project has an ipc.json, and both where it is a daemon as well', async () => {
    const projects = await inferred({
      'shop/project.json': {},
      'shop/ipc.json': { clients: [PHP_CLIENT] },
      'both/package.json': {},
      'both/ipc.json': { clients: [] },
      'both/ipc-contract.json': '{}',
    });
    expect(Object.keys(projects.shop?.targets ?? {})).toEqual(['generate-clients']);
    expect(Object.keys(projects.both?.targets ?? {})).toEqual(['contract', 'contract-check', 'generate-clients']);
  });

  test('are none where a folder is no project', async () => {
    expect(await inferred({ 'docs/src/endpoints/a.contract.ts': '', 'docs/ipc.json': { clients: [] } })).toEqual({});
  });

  test('leave an ipc.json without clients to whose it is, and a malformed one to the target that reports it', async () => {
    const projects = await inferred({
      'theirs/project.json': {},
      'theirs/ipc.json': { appId: 'x' },
      'ours/project.json': {},
      'ours/ipc.json': '{ "clients": [',
    });
    expect(projects.theirs?.targets).toEqual({});
    expect(projects.ours?.targets['generate-clients']).toMatchObject({ outputs: [] });
  });

  test('serve from the sources, under the conditions of the workspace, without an end', async () => {
    const files = { 'd/project.json': {}, 'd/src/main.ts': '', 'd/ipc-contract.json': '{}' };
    const conditions = ['@acme/source', 'x; rm -rf /'];
    const projects = await inferred({
      ...files,
      'tsconfig.base.json': { compilerOptions: { customConditions: conditions } },
    });
    expect(projects.d?.targets.serve).toMatchObject({
      command: 'node --watch --watch-preserve-output --conditions=@acme/source --import tsx src/main.ts',
      continuous: true,
      options: { cwd: 'd' },
      syncGenerators: ['pixl-ipc:sync'],
    });
  });

  test('are cached by what they read, with what they write', async () => {
    const { d } = await inferred({
      'd/project.json': {},
      'd/ipc-contract.json': '{}',
      'd/ipc.json': { clients: [PHP_CLIENT] },
    });
    expect(d?.targets.contract).toMatchObject({
      cache: true,
      inputs: expect.arrayContaining([
        '{projectRoot}/**/*',
        '!{projectRoot}/ipc-contract.json',
        '!{projectRoot}/src/endpoints/index.ts',
        '^default',
        '{workspaceRoot}/tsconfig*.json',
      ]) as unknown,
      outputs: ['{projectRoot}/ipc-contract.json', '{projectRoot}/src/endpoints/index.ts'],
    });
    expect(d?.targets['generate-clients']).toMatchObject({
      cache: true,
      dependsOn: ['^contract'],
      inputs: expect.arrayContaining([{ dependentTasksOutputFiles: '**/ipc-contract.json' }]) as unknown,
      outputs: ['{projectRoot}/src/Orders'],
    });
  });

  test('compare with the git base anew each time, because a cached result would count for another base too', async () => {
    const { d } = await inferred({ 'd/project.json': {}, 'd/ipc-contract.json': '{}' });
    expect(d?.targets['contract-check']).toMatchObject({ cache: false, dependsOn: ['contract'] });
  });

  test('follow the packages that read contracts, where Nx knows them: no links to projects', async () => {
    write({
      'node_modules/zod/package.json': {},
      'libs/contract/package.json': {},
      'node_modules/@pixl-ipc/.keep': '',
    });
    symlinkSync('../../libs/contract', join(root, 'node_modules/@pixl-ipc/contract'));
    const { d } = await inferred({ 'd/project.json': {}, 'd/ipc-contract.json': '{}' });
    expect(d?.targets.contract?.inputs).toContainEqual({ externalDependencies: ['zod'] });
  });

  test('take the names that the options give them', async () => {
    const files = { 'd/project.json': {}, 'd/ipc-contract.json': '{}', 'd/ipc.json': { clients: [] } };
    const projects = await inferred(files, { contractTargetName: 'api', generateClientsTargetName: 'stubs' });
    expect(Object.keys(projects.d?.targets ?? {})).toEqual(['api', 'contract-check', 'stubs']);
    expect(projects.d?.targets.stubs?.dependsOn).toEqual(['^api']);
  });

  test('are the same for newer versions of Nx', () => {
    expect(createNodes).toBe(createNodesV2);
    expect(name).toBe('pixl-ipc/plugin');
  });
});

describe('the graph', () => {
  const projects = { orders: { root: 'apps/orders' }, shop: { root: 'apps/shop' } };

  async function arrows(config: unknown) {
    write({ 'apps/shop/ipc.json': config });
    const context = { projects, workspaceRoot: root } as unknown as Parameters<typeof createDependencies>[1];
    return createDependencies(undefined, context);
  }

  test('makes a caller depend on its daemons, so that a contract affects it, PHP or not', async () => {
    expect(await arrows({ clients: [PHP_CLIENT] })).toEqual([
      { source: 'shop', target: 'orders', sourceFile: 'apps/shop/ipc.json', type: 'static' },
    ]);
  });

  test('leaves out daemons that are no projects', async () => {
    expect(await arrows({ clients: [{ ...PHP_CLIENT, daemon: 'gone' }] })).toEqual([]);
  });

  test.each([
    ['no JSON', '{'],
    ['a wrong client', { clients: [{ ...PHP_CLIENT, language: 'perl' }] }],
    ['somebody else’s', { appId: 'x' }],
  ])('is made all the same where an ipc.json is %s', async (_, config) => {
    expect(await arrows(config)).toEqual([]);
  });
});
