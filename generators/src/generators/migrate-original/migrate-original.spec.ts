import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { addProjectConfiguration, readJson, type Tree } from '@nx/devkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { COMPOSER_VERSIONS, VERSIONS } from '../../workspace/versions';
import { migrateCode } from './code-migration';
import { migrateConfig } from './config-migration';
import { migrateOriginalGenerator } from './generator';
import { migratePhp } from './php-migration';

describe('code', () => {
  test.each([
    ["const Client = require('pixl-ipc/client.js');", "const Client = require('pixl-ipc/client');"],
    ['const Client = require( "../../node_modules/pixl-ipc/client" );', 'const Client = require( "pixl-ipc/client" );'],
    ["import Server from 'pixl-ipc/ipc_server.js';", "import Server from 'pixl-ipc';"],
    ["components: [require('pixl-ipc/ipc_server')]", "components: [require('pixl-ipc')]"],
    ["await import('pixl-ipc/client.js')", "await import('pixl-ipc/client')"],
    ["require.resolve('pixl-ipc')", "require.resolve('pixl-ipc')"],
    ["require('pixl-ipc-other/client.js')", "require('pixl-ipc-other/client.js')"],
    ["log('pixl-ipc/client.js')", "log('pixl-ipc/client.js')"],
  ])('%s becomes %s', (before, after) => {
    expect(migrateCode(before, 'a.js')).toMatchObject({ text: after, left: [] });
  });

  test('that imports what is no more is left to its author, with the line', () => {
    expect(migrateCode("\n\nrequire('pixl-ipc/test/bench')", 'a.js')).toEqual({
      text: "\n\nrequire('pixl-ipc/test/bench')",
      left: [{ path: 'a.js', line: 3, what: 'imports pixl-ipc/test/bench, which this package does not have' }],
      uses: undefined,
    });
  });

  test('is left to its author where a string was taken for a RegExp', () => {
    const code = `const ipc = require('pixl-ipc');
      server.IPCServer.addURIHandler('/files/.*', 'files', f);
      server.IPCServer.addURIHandler("/plain", 'plain', f);
      server.IPCServer.addURIHandler(/^\\/re/, 're', f);`;
    const { left } = migrateCode(code, 'a.js');
    expect(left.map(({ line }) => line)).toEqual([2]);
    expect(left[0]?.what).toContain('write /\\/files\\/.*/ if it is meant as one');
  });

  test.each([
    ["{ IPCServer: { socket_path: 'a' }, socket_chmod: 1 }", 1],
    ["{ 'IPCServer': { socket_path: 'a', socket_chmod: '660' } }", 0],
    ['{ "IPCServer": { nested: {}, socket_group: "www" } }', 0],
  ])('whose config is %s has %i things left', (config, number) => {
    expect(migrateCode(`require('pixl-ipc');\n(${config})`, 'a.js').left).toHaveLength(number);
  });

  test('that does not use the package is not judged', () => {
    expect(migrateCode("x.addURIHandler('/a.*', 'a', f); ({ IPCServer: {} })", 'a.js').left).toEqual([]);
  });
});

describe('a config file', () => {
  const before = '{\n  "log_dir": "/var/log",\n  "IPCServer": {\n    "socket_path": "/a.sock"\n  }\n}\n';

  test("gets the original's mode written down, in its own layout, and a word about it", () => {
    const { text, left } = migrateConfig(before, 'conf/config.json', undefined);
    expect(text).toBe(before.replace('"socket_path"', '"socket_chmod": "777",\n    "socket_path"'));
    expect(left).toHaveLength(1);
  });

  test('gets the group that may connect, where one is given', () => {
    const { text, left } = migrateConfig(before, 'conf/config.json', 'www-data');
    expect(JSON.parse(text)).toMatchObject({
      IPCServer: { socket_path: '/a.sock', socket_group: 'www-data', socket_chmod: '660' },
    });
    expect(left).toEqual([]);
  });

  test.each([
    ['{"IPCServer":{}}', '{"IPCServer":{"socket_chmod": "777"}}'],
    ['{"IPCServer":{"socket_chmod":"700"}}', '{"IPCServer":{"socket_chmod":"700"}}'],
    ['{"IPCServer":{"socket_group":"www"}}', '{"IPCServer":{"socket_group":"www"}}'],
    ['{"a":{"IPCServer":{}}}', '{"a":{"IPCServer":{}}}'],
    ['{"IPCServer":5}', '{"IPCServer":5}'],
    ['{"IPCServer": broken', '{"IPCServer": broken'],
  ])('%s becomes %s', (given, after) => {
    expect(migrateConfig(given, 'a.json', undefined).text).toBe(after);
  });
});

describe('PHP', () => {
  test.each([
    `require_once __DIR__ . '/../node_modules/pixl-ipc/clients/PixlIPCClient.class.php';`,
    `require("PixlIPCClient.class.php");`,
    `include_once dirname(__FILE__) . "/lib/PixlIPCClient.class.php";`,
  ])('%s becomes a require of the autoloader', (statement) => {
    expect(migratePhp(`<?php\n${statement}\n`, 'web/public/index.php', 'web')).toEqual({
      text: "<?php\nrequire_once __DIR__ . '/../vendor/autoload.php';\n",
      left: [],
    });
  });

  test.each([
    ['a path that is computed', "<?php\nrequire $lib . '/PixlIPCClient.class.php';", 'web', 2],
    ['no composer.json above it', "<?php require 'PixlIPCClient.class.php';", undefined, 1],
  ])('with %s is left to its author', (_, text, composerRoot, line) => {
    const migrated = migratePhp(text, 'web/a.php', composerRoot);
    expect(migrated.text).toBe(text);
    expect(migrated.left).toMatchObject([{ path: 'web/a.php', line }]);
  });

  test('that is a copy of the class is named', () => {
    const text = '<?php\n// PixlIPCClient.class.php\nclass PixlIPCClient {}\n';
    expect(migratePhp(text, 'lib/a.php', '.')).toMatchObject({ text, left: [{ path: 'lib/a.php' }] });
  });
});

describe('a workspace', () => {
  let tree: Tree;
  const printed: string[] = [];
  beforeEach(() => {
    printed.length = 0;
    for (const method of ['warn', 'info'] as const) {
      vi.spyOn(console, method).mockImplementation((...text: unknown[]) => void printed.push(text.join(' ')));
    }
    tree = createTreeWithEmptyWorkspace();
    addProjectConfiguration(tree, 'legacy', { root: 'apps/legacy' });
    addProjectConfiguration(tree, 'other', { root: 'apps/other' });
    const manifest = { dependencies: { express: '4' }, devDependencies: { 'pixl-ipc': '^1.1.3' } };
    tree.write('apps/legacy/package.json', JSON.stringify(manifest));
    tree.write('apps/legacy/server.js', "require('pixl-ipc/ipc_server.js')");
    tree.write('apps/legacy/conf/config.json', '{ "IPCServer": { "socket_path": "a.sock" } }');
    tree.write('apps/legacy/web/composer.json', '{}');
    tree.write('apps/legacy/web/index.php', "<?php require 'PixlIPCClient.class.php';");
    tree.write('apps/other/client.ts', "import Client from 'pixl-ipc/client.js';");
  });

  test('is moved over: imports, packages, config and PHP', async () => {
    await migrateOriginalGenerator(tree, { socketGroup: 'www-data' });
    expect(tree.read('apps/legacy/server.js', 'utf-8')).toContain("require('pixl-ipc')");
    expect(tree.read('apps/other/client.ts', 'utf-8')).toContain("from 'pixl-ipc/client'");
    expect(readJson(tree, 'apps/legacy/package.json')).toEqual({
      dependencies: { express: '4', 'pixl-ipc': VERSIONS['pixl-ipc'], 'pixl-server': VERSIONS['pixl-server'] },
      devDependencies: {},
    });
    expect(readJson(tree, 'package.json')).toMatchObject({ dependencies: { 'pixl-ipc': VERSIONS['pixl-ipc'] } });
    expect(readJson(tree, 'apps/legacy/conf/config.json')).toMatchObject({ IPCServer: { socket_group: 'www-data' } });
    expect(readJson(tree, 'apps/legacy/web/composer.json')).toMatchObject({
      require: { 'pixl-ipc/client': COMPOSER_VERSIONS['pixl-ipc/client'] },
    });
    expect(tree.read('apps/legacy/web/index.php', 'utf-8')).toContain("__DIR__ . '/vendor/autoload.php'");
    expect(printed.join('\n')).toContain('composer update pixl-ipc/client');
  });

  test('can be moved over project by project', async () => {
    await migrateOriginalGenerator(tree, { project: 'other' });
    expect(tree.read('apps/other/client.ts', 'utf-8')).toContain("from 'pixl-ipc/client'");
    expect(tree.read('apps/legacy/server.js', 'utf-8')).toContain('ipc_server.js');
    await expect(migrateOriginalGenerator(tree, { project: 'nope' })).rejects.toThrow(
      'there is no project nope; the projects are',
    );
  });

  test('that was moved over stays as it is when that is done again', async () => {
    await migrateOriginalGenerator(tree, {});
    const first = tree.listChanges().map(({ path, content }) => [path, content?.toString()]);
    await migrateOriginalGenerator(tree, {});
    expect(tree.listChanges().map(({ path, content }) => [path, content?.toString()])).toEqual(first);
  });
});
