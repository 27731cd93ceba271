import { addProjectConfiguration, readJson, readProjectConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { contractDocument, endpoint, serializeContractDocument } from '@pixl-ipc/contract';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { VERSIONS } from '../../workspace/versions';
import { tsClientGenerator } from './generator';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
  for (const name of ['orders', 'web']) addProjectConfiguration(tree, name, { root: `apps/${name}` });
  tree.write('apps/orders/ipc-contract.json', '{}');
});

const clients = () => readJson<{ clients: object[] }>(tree, 'apps/web/ipc.json').clients;

describe('a TypeScript client', () => {
  test('is registered, once, and brings the client library', async () => {
    await tsClientGenerator(tree, { project: 'web' });
    await tsClientGenerator(tree, { project: 'web' });
    expect(clients()).toEqual([{ daemon: 'orders', language: 'typescript', output: 'src/orders-client' }]);
    expect(readJson(tree, 'package.json')).toMatchObject({
      dependencies: { '@pixl-ipc/client': VERSIONS['@pixl-ipc/client'] },
    });
  });

  test('is registered beside those of other daemons, and what else is in the file stays', async () => {
    addProjectConfiguration(tree, 'stock', { root: 'apps/stock' });
    tree.write('apps/stock/ipc-contract.json', '{}');
    tree.write('apps/web/ipc.json', '{ "$schema": "mine", "clients": [] }');
    await tsClientGenerator(tree, { project: 'web', daemon: 'orders' });
    await tsClientGenerator(tree, { project: 'web', daemon: 'stock', output: './lib/stock/' });
    expect(readJson(tree, 'apps/web/ipc.json')).toMatchObject({ $schema: 'mine' });
    expect(clients()).toMatchObject([
      { daemon: 'orders', output: 'src/orders-client' },
      { daemon: 'stock', output: 'lib/stock' },
    ]);
  });

  test('is registered with what its imports end in', async () => {
    await tsClientGenerator(tree, { project: 'web', importExtension: '' });
    expect(clients()).toMatchObject([{ daemon: 'orders', importExtension: '' }]);
    await expect(tsClientGenerator(tree, { project: 'web', importExtension: '.ts' })).rejects.toThrow(
      'apps/web/ipc.json has that client already: it is registered with {"importExtension":""}',
    );
  });

  test('of a daemon that calls another is of the other', async () => {
    addProjectConfiguration(tree, 'stock', { root: 'apps/stock' });
    tree.write('apps/stock/ipc-contract.json', '{}');
    await tsClientGenerator(tree, { project: 'stock' });
    expect(readJson(tree, 'apps/stock/ipc.json')).toMatchObject({ clients: [{ daemon: 'orders' }] });
  });

  test.each([
    [{ project: 'No Pe' }, 'the name "No Pe" must be lower-case letters, digits and hyphens, a letter first'],
    [{ project: 'web', daemon: 'web' }, '--daemon=web is a project without endpoints; the daemons are orders'],
    [
      { project: 'web', output: '..' },
      '--output is ".."; write a folder of its own inside the project, e.g. "src/orders-client"',
    ],
    [{ project: 'web', importExtension: '.mjs' as '.js' }, '--importExtension is ".mjs"; write "", ".js" or ".ts"'],
  ])('cannot be made with %j', async (options, message) => {
    await expect(tsClientGenerator(tree, options)).rejects.toThrow(message);
  });
});

describe('a TypeScript project that does not exist', () => {
  function giveContract(request: z.ZodRawShape, response: z.ZodRawShape): void {
    const contract = endpoint('/order-items/get', { request: z.object(request), response: z.object(response) });
    const service = { name: 'orders', version: '1.0.0' };
    const document = contractDocument({ service, endpoints: [contract] });
    tree.write('apps/orders/ipc-contract.json', serializeContractDocument(document));
  }
  const targets = () => Object.keys(readProjectConfiguration(tree, 'shop').targets ?? {});

  test('is made: an ES module, a registered client and a script that calls it', async () => {
    const lines = z.array(z.object({ article: z.string() }));
    giveContract(
      { 'order-id': z.int(), kind: z.literal('a'), lines, note: z.string().optional() },
      { total: z.number() },
    );
    await tsClientGenerator(tree, { skipFormat: true, project: 'shop' });
    expect(readJson(tree, 'apps/shop/package.json')).toMatchObject({ name: '@proj/shop', type: 'module' });
    expect(readJson(tree, 'apps/shop/tsconfig.json')).toMatchObject({ include: ['src'] });
    expect(readJson(tree, 'apps/shop/ipc.json')).toMatchObject({ clients: [{ daemon: 'orders' }] });
    expect(targets()).toEqual(['typecheck', 'start']);
    expect(tree.read('apps/shop/src/call.ts', 'utf-8')).toBe(`// Calls orders: npx tsx src/call.ts [socket path]
import { fileURLToPath } from 'node:url';
import { createOrdersClient } from './orders-client/index.js';

const socketPath = process.argv[2] ?? fileURLToPath(new URL('../../orders/run/orders.sock', import.meta.url));

await using client = createOrdersClient({ socketPath });
console.log(JSON.stringify(await client.orderItems.get({ kind: 'a', lines: [], 'order-id': 1 })));
`);
  });

  test('has no script where no endpoint can be called with what is made up', async () => {
    giveContract({ at: z.iso.datetime() }, {});
    await tsClientGenerator(tree, { skipFormat: true, project: 'shop', directory: 'tools/shop' });
    expect(tree.exists('tools/shop/src/call.ts')).toBe(false);
    expect(targets()).toEqual(['typecheck']);
  });
});
