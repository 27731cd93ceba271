import { addProjectConfiguration, readJson, readProjectConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { contractDocument, endpoint, serializeContractDocument } from '@pixl-ipc/contract';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { READS_CONTRACTS_MS, Workspace } from '../../testing/workspace';
import { COMPOSER_VERSIONS } from '../../workspace/versions';
import { phpClientGenerator } from './generator';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
  addProjectConfiguration(tree, 'orders', { root: 'apps/orders' });
});

function giveContract(request: z.ZodRawShape, response: z.ZodRawShape): void {
  const contract = endpoint('/order-items/get', { request: z.object(request), response: z.object(response) });
  const service = { name: 'orders', version: '1.0.0' };
  tree.write(
    'apps/orders/ipc-contract.json',
    serializeContractDocument(contractDocument({ service, endpoints: [contract] })),
  );
}

describe('a PHP project that does not exist', () => {
  test('gets a namespace that PHP takes, of a daemon whose name it reserves', async () => {
    addProjectConfiguration(tree, 'list', { root: 'apps/list' });
    const service = { name: 'list', version: '1.0.0' };
    const endpoints = [endpoint('/list', { request: z.object({}), response: z.object({ ids: z.array(z.int()) }) })];
    tree.write('apps/list/ipc-contract.json', serializeContractDocument(contractDocument({ service, endpoints })));
    await phpClientGenerator(tree, { project: 'shop', daemon: 'list' });
    expect(readJson(tree, 'apps/shop/ipc.json')).toMatchObject({
      clients: [{ daemon: 'list', output: 'src/List_', namespace: 'App\\List_' }],
    });
    expect(tree.read('apps/shop/bin/call-list.php', 'utf-8')).toContain('use App\\List_\\List_;');
  });

  test('is made: composer.json, a registered client, a script that calls it and a test that fakes it', async () => {
    giveContract({ id: z.int(), note: z.string().optional() }, { lines: z.array(z.string()), total: z.number() });
    await phpClientGenerator(tree, { project: 'shop' });
    expect(readJson(tree, 'apps/shop/composer.json')).toMatchObject({
      name: 'app/shop',
      require: { php: COMPOSER_VERSIONS.php, 'pixl-ipc/client': COMPOSER_VERSIONS['pixl-ipc/client'] },
      'require-dev': { 'phpunit/phpunit': COMPOSER_VERSIONS['phpunit/phpunit'] },
      autoload: { 'psr-4': { 'App\\': 'src/' } },
    });
    expect(readJson(tree, 'apps/shop/ipc.json')).toEqual({
      $schema: '../../node_modules/pixl-ipc/schemas/ipc-config.json',
      clients: [{ daemon: 'orders', language: 'php', output: 'src/Orders', namespace: 'App\\Orders' }],
    });
    expect(Object.keys(readProjectConfiguration(tree, 'shop').targets ?? {})).toEqual(['install', 'lint', 'test']);
    expect(tree.read('apps/shop/bin/call-orders.php', 'utf-8')).toContain(
      `use App\\Orders\\OrderItems\\GetRequest;
use App\\Orders\\Orders;

require __DIR__ . '/../vendor/autoload.php';

$client = Orders::connect($argv[1] ?? __DIR__ . '/../../orders/run/orders.sock');

echo json_encode($client->orderItems->get(new GetRequest(id: 1)), JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\\n";
`,
    );
    expect(tree.read('apps/shop/tests/OrdersTest.php', 'utf-8')).toContain(
      `        $fake = (new OrdersFake())->onOrderItemsGet(static fn(GetRequest $request): GetResponse => new GetResponse(lines: [], total: 1.5));

        self::assertEquals(new GetResponse(lines: [], total: 1.5), $fake->client->orderItems->get(new GetRequest(id: 1)));
`,
    );
  });

  test('has no example where values of the contract cannot be made up', async () => {
    giveContract({ when: z.iso.datetime() }, {});
    await phpClientGenerator(tree, { project: 'shop', directory: 'php/shop' });
    expect(tree.exists('php/shop/composer.json')).toBe(true);
    expect(tree.exists('php/shop/bin')).toBe(false);
  });

  test('may use the package from a folder, and a namespace of its own', async () => {
    giveContract({}, {});
    await phpClientGenerator(tree, { project: 'shop', clientPath: '../php', namespace: 'Acme\\Ipc' });
    expect(readJson(tree, 'apps/shop/composer.json')).toMatchObject({
      repositories: [{ type: 'path', url: '../../../php' }],
      require: { 'pixl-ipc/client': '*@dev' },
      autoload: { 'psr-4': { 'App\\': 'src/', 'Acme\\Ipc\\': 'src/Orders/' } },
    });
    expect(readJson(tree, 'apps/shop/ipc.json')).toMatchObject({
      clients: [{ output: 'src/Orders', namespace: 'Acme\\Ipc' }],
    });
  });
});

test.each([
  ['../php', '../../../php'],
  ['./tools/php/', '../../tools/php'],
  ['/virtual/tools/php', '../../tools/php'],
  ['/opt/pixl-ipc/../php', '/opt/php'],
])('the package from the folder %s is in composer.json as %s, wherever nx was called', async (clientPath, url) => {
  giveContract({}, {});
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue('/elsewhere/deep/down');
  await phpClientGenerator(tree, { project: 'shop', clientPath, skipFormat: true });
  cwd.mockRestore();
  expect(readJson(tree, 'apps/shop/composer.json')).toMatchObject({ repositories: [{ type: 'path', url }] });
});

describe('a PHP project that exists', () => {
  const register = (options: { readonly output?: string; readonly namespace?: string } = {}) =>
    phpClientGenerator(tree, { project: 'web', ...options });
  beforeEach(() => {
    giveContract({}, {});
    addProjectConfiguration(tree, 'web', { root: 'web' });
    tree.write(
      'web/composer.json',
      JSON.stringify({ require: { a: '1' }, autoload: { 'psr-4': { 'Acme\\': ['lib', 'src/'] } } }),
    );
  });

  test.each([
    [{}, 'lib/Orders', 'Acme\\Orders'],
    [{ output: 'src/Remote/Shop' }, 'src/Remote/Shop', 'Acme\\Remote\\Shop'],
    [{ namespace: 'Acme\\Remote\\Shop' }, 'lib/Remote/Shop', 'Acme\\Remote\\Shop'],
    [{ output: 'gen', namespace: 'Gen' }, 'gen', 'Gen'],
  ])('of which nothing but %j is said gets %s as %s', async (given, output, namespace) => {
    await register(given);
    expect(readJson(tree, 'web/ipc.json')).toMatchObject({ clients: [{ output, namespace }] });
  });

  test('keeps its composer.json, with the package and a missing rule added', async () => {
    await register({ output: 'gen', namespace: 'Gen' });
    expect(readJson(tree, 'web/composer.json')).toEqual({
      require: { a: '1', 'pixl-ipc/client': COMPOSER_VERSIONS['pixl-ipc/client'] },
      autoload: { 'psr-4': { 'Acme\\': ['lib', 'src/'], 'Gen\\': 'gen/' } },
    });
    expect(tree.exists('web/bin')).toBe(false);
  });

  test('stays as it is when that is done again, and what contradicts it is refused', async () => {
    await register();
    const before = tree.listChanges().map(({ content }) => content?.toString());
    await register();
    expect(tree.listChanges().map(({ content }) => content?.toString())).toEqual(before);
    await expect(register({ output: 'elsewhere', namespace: 'Acme\\Orders' })).rejects.toThrow(
      'web/ipc.json has that client already: it is registered with {"output":"lib/Orders"}; change it there and run "nx sync", or leave --output out',
    );
  });

  test('has to say what its classes are called where no rule does', async () => {
    tree.write('web/composer.json', '{}');
    await expect(register()).rejects.toThrow(
      'web/composer.json has no PSR-4 rule for src/Orders; say what its classes are called with --namespace',
    );
  });

  test('has to have a composer.json', async () => {
    tree.delete('web/composer.json');
    await expect(register()).rejects.toThrow('web has no composer.json; run "composer init" there');
  });
});

test(
  'a composer.json on disk keeps its indentation, whatever formats the workspace',
  async () => {
    const composer = { name: 'acme/web', autoload: { 'psr-4': { 'Acme\\': 'lib/' } } };
    const project = (name: string, indentation: string) => ({
      [`${name}/project.json`]: { name },
      [`${name}/composer.json`]: `${JSON.stringify(composer, undefined, indentation)}\n`,
    });
    using workspace = new Workspace({
      '.prettierrc': { tabWidth: 8 },
      'orders/project.json': { name: 'orders' },
      'orders/ipc-contract.json': '',
      ...project('spaces', '    '),
      ...project('tabs', '\t'),
    });
    for (const [name, indentation] of [
      ['spaces', '    '],
      ['tabs', '\t'],
    ] as const) {
      await workspace.run((tree) => phpClientGenerator(tree, { project: name, output: 'gen', namespace: 'Gen' }));
      const text = readFileSync(join(workspace.root, name, 'composer.json'), 'utf8');
      expect(JSON.parse(text)).toMatchObject({ autoload: { 'psr-4': { 'Acme\\': 'lib/', 'Gen\\': 'gen/' } } });
      expect(text).toBe(`${JSON.stringify(JSON.parse(text), undefined, indentation)}\n`);
    }
  },
  READS_CONTRACTS_MS,
);
