import { addProjectConfiguration, readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { READS_CONTRACTS_MS, Workspace } from '../../testing/workspace';
import { handlerGenerator } from './generator';

const ENDPOINTS = 'apps/orders/src/endpoints';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
  addProjectConfiguration(tree, 'orders', { root: 'apps/orders' });
  tree.write('apps/orders/ipc-contract.json', '{}');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const endpointFiles = () =>
  tree
    .listChanges()
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${ENDPOINTS}/`))
    .map((path) => path.slice(ENDPOINTS.length + 1))
    .sort();

describe('a handler', () => {
  test('comes with a contract and a spec, and is listed', async () => {
    await handlerGenerator(tree, { uri: 'myapi/order-items/get' });
    const name = 'myapi/order-items/get';
    expect(endpointFiles()).toEqual([
      'index.ts',
      `${name}.contract.ts`,
      `${name}.handler.spec.ts`,
      `${name}.handler.ts`,
    ]);
    expect(tree.read(`${ENDPOINTS}/${name}.contract.ts`, 'utf-8')).toContain("endpoint('/myapi/order-items/get', {");
    expect(tree.read(`${ENDPOINTS}/${name}.handler.ts`, 'utf-8')).toContain("from './get.contract.js'");
    expect(tree.read(`${ENDPOINTS}/index.ts`, 'utf-8')).toContain("from './myapi/order-items/get.handler.js'");
  });

  test('may stream', async () => {
    await handlerGenerator(tree, { uri: '/ticks', stream: true });
    expect(tree.read(`${ENDPOINTS}/ticks.contract.ts`, 'utf-8')).toContain('stream: true');
    expect(tree.read(`${ENDPOINTS}/ticks.handler.ts`, 'utf-8')).toContain('async function* (');
  });

  test("may be in the original's style, with a RegExp and a callback, and without a contract", async () => {
    await handlerGenerator(tree, { uri: '/files/get', legacy: true });
    expect(endpointFiles()).toEqual(['files/get.original.spec.ts', 'files/get.original.ts', 'index.ts']);
    const text = tree.read(`${ENDPOINTS}/files/get.original.ts`, 'utf-8');
    expect(text).toContain('uri: /^\\/files\\/get(\\/|$)/,');
    expect(text).toContain("name: 'files-get'");
    expect(tree.read(`${ENDPOINTS}/index.ts`, 'utf-8')).toMatch(/= \[\s*filesGetOriginal,?\s*\];/);
  });

  test("leaves the user's files as they are", async () => {
    tree.write(`${ENDPOINTS}/a.handler.ts`, 'export default mine;\n');
    await handlerGenerator(tree, { uri: 'a' });
    expect(tree.read(`${ENDPOINTS}/a.handler.ts`, 'utf-8')).toBe('export default mine;\n');
    expect(tree.exists(`${ENDPOINTS}/a.contract.ts`)).toBe(true);
  });

  test('is written by the templates of the workspace, where it has some', async () => {
    tree.write(
      'tools/pixl-ipc/templates/handler/endpoint/__file__.handler.ts.hbs',
      '// ours\nexport default "{{uri}}";\n',
    );
    await handlerGenerator(tree, { uri: 'a/b' });
    expect(tree.read(`${ENDPOINTS}/a/b.handler.ts`, 'utf-8')).toBe("// ours\nexport default '/a/b';\n");
    expect(tree.read(`${ENDPOINTS}/a/b.contract.ts`, 'utf-8')).toContain("endpoint('/a/b', {");
  });

  test('is refused where a template asks for what there is not, and the error says which', async () => {
    const template = 'handler/endpoint/__file__.handler.ts.hbs';
    tree.write(`tools/pixl-ipc/templates/${template}`, '{{nope}}');
    await expect(handlerGenerator(tree, { uri: 'a' })).rejects.toThrow(`template ${template}: "nope" not defined`);
  });
});

describe('a URI', () => {
  beforeEach(() => {
    tree.write(`${ENDPOINTS}/taken/here.contract.ts`, '');
    tree.write(`${ENDPOINTS}/taken/here.handler.ts`, '');
    tree.write(`${ENDPOINTS}/old.original.ts`, '');
  });

  test.each([
    ['My/Api', 'segment "My" must match [a-z][a-z0-9-]*; write "my"'],
    ['ipcserver/x', '/ipcserver is reserved for the endpoints that are built in; choose another first segment'],
    ['a/constructor', 'segment "constructor" would become "constructor" in generated code; choose another name'],
    [
      'taken/here',
      `orders has /taken/here already, in ${ENDPOINTS}/taken/here.contract.ts; change that file, or choose another URI`,
    ],
    ['old', `orders has /old already, in ${ENDPOINTS}/old.original.ts; change that file, or choose another URI`],
    ['taken/he-re', '"/taken/he-re": gets the same name in generated code as "/taken/here"; rename one of them'],
    [
      'taken',
      `/taken cannot be an endpoint, because /taken/here lies under it, in ${ENDPOINTS}/taken/here.contract.ts; choose /taken/list or the like`,
    ],
    [
      'taken/here/more',
      '"/taken/here/more": lies under "/taken/here", which is an endpoint itself; move that one to "/taken/here/get" or the like',
    ],
    ['../../etc', 'segment ".." must match [a-z][a-z0-9-]*'],
  ])('may not be %s, and nothing is written', async (uri, message) => {
    const before = tree.listChanges().length;
    await expect(handlerGenerator(tree, { uri })).rejects.toThrow(message);
    expect(tree.listChanges()).toHaveLength(before);
  });

  test('cannot be served as a stream and in the style of the original at once', async () => {
    await expect(handlerGenerator(tree, { uri: 'a', stream: true, legacy: true })).rejects.toThrow(
      'exclude each other',
    );
  });
});

test('a standalone daemon has no handlers in the style of the original', async () => {
  tree.write('apps/orders/src/main.ts', "import { createServer } from '@pixl-ipc/server';");
  await expect(handlerGenerator(tree, { uri: 'a', legacy: true })).rejects.toThrow(
    '--legacy needs the pixl-server component, and apps/orders/src/main.ts is a standalone server; serve an endpoint with a contract',
  );
});

describe('the daemon', () => {
  beforeEach(() => {
    addProjectConfiguration(tree, 'stock', { root: 'apps/stock' });
    tree.write('apps/stock/src/endpoints/a.contract.ts', '');
    tree.write('apps/stock/src/endpoints/a.handler.ts', '');
    addProjectConfiguration(tree, 'web', { root: 'apps/web' });
  });

  test('may be named', async () => {
    await handlerGenerator(tree, { uri: 'b', project: 'stock' });
    expect(tree.exists('apps/stock/src/endpoints/b.contract.ts')).toBe(true);
  });

  test.each(['apps/stock', 'apps/stock/src/endpoints'])('is that of the folder one is in: %s', async (folder) => {
    vi.stubEnv('INIT_CWD', join(tree.root, folder));
    await handlerGenerator(tree, { uri: 'b' });
    expect(tree.exists('apps/stock/src/endpoints/b.contract.ts')).toBe(true);
  });

  test.each([
    [undefined, 'the workspace has 2 daemons; choose with --project=orders|stock'],
    ['web', '--project=web is a project without endpoints; the daemons are orders, stock'],
    ['nope', '--project=nope is no project; the daemons are orders, stock'],
  ])('cannot be told from %s where nobody can be asked', async (project, message) => {
    vi.stubEnv('INIT_CWD', join(tree.root, 'apps/web'));
    const options = { uri: 'b', ...(project !== undefined && { project }) };
    await expect(handlerGenerator(tree, options)).rejects.toThrow(message);
  });

  test('has to be made first', async () => {
    const empty = createTreeWithEmptyWorkspace();
    await expect(handlerGenerator(empty, { uri: 'b' })).rejects.toThrow(
      'the workspace has no daemon; make one with "nx g pixl-ipc:daemon <name>"',
    );
  });
});

test(
  'a contract that contradicts the others is refused before anything is written',
  async () => {
    using workspace = new Workspace({
      'd/project.json': { name: 'd' },
      'd/src/endpoints/elsewhere.contract.ts': `
      import { endpoint } from '@pixl-ipc/contract';
      import { z } from 'zod';
      export default endpoint('/a/b', { request: z.object({}), response: z.object({}) });`,
      'd/src/endpoints/elsewhere.handler.ts': '',
    });
    await expect(workspace.run((onDisk) => handlerGenerator(onDisk, { uri: 'a/b' }))).rejects.toThrow(
      /d: src\/endpoints\/a\/b\.contract\.ts, src\/endpoints\/elsewhere\.contract\.ts "\/a\/b": is declared twice/,
    );
    const written = await workspace.run((onDisk) => handlerGenerator(onDisk, { uri: 'a/c' }));
    expect(written).toContain('d/ipc-contract.json');
    expect(Object.keys(readJson<{ endpoints: object }>(workspace.tree(), 'd/ipc-contract.json').endpoints)).toEqual([
      '/a/b',
      '/a/c',
    ]);
  },
  READS_CONTRACTS_MS,
);
