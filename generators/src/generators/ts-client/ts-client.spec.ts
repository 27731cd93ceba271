import { addProjectConfiguration, readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, describe, expect, test } from 'vitest';
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

  test('of a daemon that calls another is of the other', async () => {
    addProjectConfiguration(tree, 'stock', { root: 'apps/stock' });
    tree.write('apps/stock/ipc-contract.json', '{}');
    await tsClientGenerator(tree, { project: 'stock' });
    expect(readJson(tree, 'apps/stock/ipc.json')).toMatchObject({ clients: [{ daemon: 'orders' }] });
  });

  test.each([
    [{ project: 'nope' }, 'there is no project nope; the projects are orders, web'],
    [{ project: 'web', daemon: 'web' }, '--daemon=web is a project without endpoints; the daemons are orders'],
    [
      { project: 'web', output: '..' },
      'apps/web/ipc.json: clients[0].output is ".."; write a folder of its own inside the project',
    ],
  ])('cannot be made with %j', async (options, message) => {
    await expect(tsClientGenerator(tree, options)).rejects.toThrow(message);
  });
});
