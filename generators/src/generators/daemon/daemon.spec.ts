import { readJson, readProjectConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { READS_CONTRACTS_MS, Workspace } from '../../testing/workspace';
import { VERSIONS } from '../../workspace/versions';
import { daemonGenerator } from './generator';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const filesOf = (root: string) =>
  tree
    .listChanges()
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${root}/`))
    .map((path) => path.slice(root.length + 1))
    .sort();

describe('a daemon', () => {
  const common = [
    '.gitignore',
    'deploy/orders.service',
    'package.json',
    'project.json',
    'src/endpoints/index.ts',
    'src/endpoints/orders/hello.contract.ts',
    'src/endpoints/orders/hello.handler.spec.ts',
    'src/endpoints/orders/hello.handler.ts',
    'src/main.ts',
    'tsconfig.build.json',
    'tsconfig.json',
  ];

  test('of the component runtime is a pixl-server app', async () => {
    await daemonGenerator(tree, { name: 'orders' });
    const component = ['conf/config.json', 'src/pixl-server.d.ts', 'src/stop-signals.ts'];
    expect(filesOf('apps/orders')).toEqual([...common, ...component].sort());
    expect(readJson(tree, 'apps/orders/conf/config.json')).toMatchObject({
      IPCServer: { socket_path: 'run/orders.sock', socket_chmod: '600' },
    });
    expect(readJson(tree, 'package.json')).toMatchObject({
      dependencies: { '@pixl-ipc/component': VERSIONS['@pixl-ipc/component'], 'pixl-server': VERSIONS['pixl-server'] },
    });
    expect(tree.read('apps/orders/deploy/orders.service', 'utf-8')).toContain(
      'ExecStart=/usr/bin/node dist/main.js --IPCServer.socket_path /run/orders/ipc.sock --log_dir /var/log/orders\n#',
    );
  });

  test('of the standalone runtime needs no pixl-server', async () => {
    await daemonGenerator(tree, { name: 'orders', runtime: 'standalone', directory: 'services/orders/' });
    expect(filesOf('services/orders')).toEqual(common);
    expect(readJson(tree, 'package.json')).not.toHaveProperty(['dependencies', 'pixl-server']);
    expect(tree.read('services/orders/src/main.ts', 'utf-8')).toContain('process.env.ORDERS_SOCKET');
    expect(tree.read('services/orders/deploy/orders.service', 'utf-8')).toContain(
      'ExecStart=/usr/bin/node dist/main.js\nEnvironment=ORDERS_SOCKET=/run/orders/ipc.sock\n',
    );
  });

  test('has the first endpoint that it is asked for, and targets to build, check and test', async () => {
    await daemonGenerator(tree, { name: 'orders', endpoint: 'stock/get' });
    expect(tree.read('apps/orders/src/endpoints/stock/get.contract.ts', 'utf-8')).toContain("endpoint('/stock/get', {");
    const { targets } = readProjectConfiguration(tree, 'orders');
    expect(Object.keys(targets ?? {})).toEqual(['build', 'typecheck', 'test']);
  });

  test('is named in the scope of its workspace, and follows its tsconfig', async () => {
    tree.write('package.json', '{ "name": "@acme/source" }');
    tree.write('tsconfig.base.json', '{}');
    await daemonGenerator(tree, { name: 'orders' });
    expect(readJson(tree, 'apps/orders/package.json')).toMatchObject({ name: '@acme/orders', type: 'module' });
    expect(readJson(tree, 'apps/orders/tsconfig.json')).toMatchObject({ extends: '../../tsconfig.base.json' });
  });

  test('says what it cannot show yet where contracts cannot be read, under a dry run as well', async () => {
    const info = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    await daemonGenerator(tree, { name: 'orders' });
    const printed = info.mock.calls.flat().join('\n');
    info.mockRestore();
    expect(printed).toContain(
      'Not shown, because @pixl-ipc/contract, tsx, zod must be installed first: apps/orders/ipc-contract.json, and the clients that follow. They are written after the installation.',
    );
    expect(tree.exists('apps/orders/ipc-contract.json')).toBe(false);
  });

  test('prepares the workspace as well', async () => {
    await daemonGenerator(tree, { name: 'orders' });
    expect(readJson(tree, 'nx.json')).toMatchObject({
      plugins: ['pixl-ipc/plugin'],
      sync: { globalGenerators: ['pixl-ipc:sync'] },
    });
  });

  test.each([
    [{ name: 'Orders' }, 'the name "Orders" must be lower-case letters, digits and hyphens, a letter first'],
    [{ name: 'taken' }, 'a project taken exists already, in libs/taken; choose another name'],
    [{ name: 'a', directory: '../a' }, '--directory=../a is no folder inside the workspace'],
    [{ name: 'a', directory: '.' }, '--directory=. is no folder inside the workspace'],
    [
      { name: 'a', directory: 'node_modules/foo' },
      'node_modules/foo lies in node_modules, where Nx looks for no projects and git keeps none; choose another folder with --directory, e.g. apps/a',
    ],
    [{ name: 'a', directory: 'libs/.nx/../.git/a' }, 'libs/.git/a lies in .git, where Nx looks for no projects'],
    [{ name: 'a', directory: 'libs/taken' }, 'libs/taken is not empty; choose another folder with --directory'],
    [{ name: 'a', endpoint: '/ipcserver/x' }, '/ipcserver is reserved for the endpoints that are built in'],
    [{ name: 'then' }, 'segment \\"then\\" would become "then" in generated code'],
  ])('cannot be made of %j, and nothing is written', async (options, message) => {
    tree.write('libs/taken/project.json', '{ "name": "taken" }');
    const before = tree.listChanges().length;
    await expect(daemonGenerator(tree, options)).rejects.toThrow(message.replaceAll('\\"', '"'));
    expect(tree.listChanges()).toHaveLength(before);
  });
});

test(
  'a daemon has its contract document at once where contracts can be read, and a dry run leaves nothing',
  async () => {
    using workspace = new Workspace();
    using temporary = new Workspace();
    vi.stubEnv('TMPDIR', temporary.root);
    const before = readdirSync(workspace.root);
    const dry = workspace.tree();
    await daemonGenerator(dry, { name: 'orders', skipPackageJson: true });
    expect(readJson(dry, 'apps/orders/ipc-contract.json')).toMatchObject({
      service: { name: 'orders', version: '0.1.0' },
      endpoints: { '/orders/hello': { summary: 'Says hello to who asks.' } },
    });
    expect(dry.read('apps/orders/src/endpoints/index.ts', 'utf-8')).toContain('ordersHelloHandler');
    expect(readdirSync(workspace.root)).toEqual(before);
    expect(readdirSync(temporary.root).filter((name) => name.startsWith('pixl-ipc'))).toEqual([]);
  },
  READS_CONTRACTS_MS,
);
