import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { addProjectConfiguration, readJson, type Tree } from '@nx/devkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { COMPOSER_VERSIONS, VERSIONS } from '../../workspace/versions';
import { migrateCode } from './code-migration';
import { migrateConfig } from './config-migration';
import { migrateOriginalGenerator } from './generator';
import { migratePhp } from './php-migration';
import { remnantsOf } from './remnants';

describe('code', () => {
  test.each([
    ["const Client = require('pixl-ipc/client.js');", "const Client = require('pixl-ipc/client');"],
    ['const Client = require( "../../node_modules/pixl-ipc/client" );', 'const Client = require( "pixl-ipc/client" );'],
    ["import Server from 'pixl-ipc/ipc_server.js';", "import Server from 'pixl-ipc';"],
    ["components: [require('pixl-ipc/ipc_server')]", "components: [require('pixl-ipc')]"],
    ['require(`pixl-ipc/client.js`)', 'require(`pixl-ipc/client`)'],
    ["await import('pixl-ipc/client.js')", "await import('pixl-ipc/client')"],
    ["require.resolve('pixl-ipc')", "require.resolve('pixl-ipc')"],
    ["require('pixl-ipc-other/client.js')", "require('pixl-ipc-other/client.js')"],
    ["log('pixl-ipc/client.js')", "log('pixl-ipc/client.js')"],
  ])('%s becomes %s', (before, after) => {
    expect(migrateCode(before).text).toBe(after);
  });

  test('keeps what a comment says, and a package that is only named in one is not in use', () => {
    const code =
      "// require('pixl-ipc/client.js')\n/**\n * import 'pixl-ipc/ipc_server.js'\n */\nf(); // from 'pixl-ipc'\n";
    expect(migrateCode(code)).toEqual({ text: code, uses: undefined });
    const url = "f('http://a'); require('pixl-ipc/client.js')";
    expect(migrateCode(url).text).toBe("f('http://a'); require('pixl-ipc/client')");
  });
});

describe('what is left to its author', () => {
  const linesOf = (text: string, path: string) => remnantsOf(text, path).map(({ line }) => line);

  test.each([
    ["'/files/.*'", 'write /^\\/files\\/.*$/ if'],
    ["'/v1\\\\.0'", 'write /^\\/v1\\.0$/ if'],
    ['"/(a|b)"', 'write /^\\/(a|b)$/ if'],
    ["'/('", 'write a valid RegExp if'],
    ["prefix + '/(x)'", "URI prefix + '/(x)' is computed"],
    ['`${prefix}/x`', 'URI `${prefix}/x` is computed'],
    ['FILES', 'URI FILES is computed'],
  ])('are handlers for %s, with a remedy', (uri, remedy) => {
    const [left, ...others] = remnantsOf(`\nserver.IPCServer.addURIHandler(${uri}, 'name', f);`, 'a.js');
    expect(left).toMatchObject({ path: 'a.js', line: 2 });
    expect(left?.what).toContain(remedy);
    expect(others).toEqual([]);
  });

  test.each([
    ["server.IPCServer.addURIHandler('/plain', 'plain', f);", 'a.js'],
    ["server.IPCServer.addURIHandler(/^\\/re,(a)/, 're', f);", 'a.js'],
    ["server.IPCServer.addURIHandler(new RegExp('^/a.*$'), 're', f);", 'a.js'],
    ["server.WebServer.addURIHandler('/a.*', 'a', f);", 'a.js'],
    ["import IPCServer from 'pixl-ipc'; import Client from 'pixl-ipc/client';", 'a.ts'],
    ["require('pixl-ipc/plugin'); require('pixl-ipc/package.json'); require('@pixl-ipc/server/a')", 'a.js'],
    ['interface Server { IPCServer: { addURIHandler(uri: string): void } }', 'a.ts'],
    ["{ IPCServer: { nested: {}, socket_group: 'www' } }", 'a.js'],
    ['{"prod":{"IPCServer":{"socket_chmod":"660"}}}', 'a.json'],
    ['{"IPCServer.socket_path":"a","IPCServer.socket_chmod":"660"}', 'a.json'],
    ['{"require":{"pixl-ipc/client":"^0.1.0"}}', 'composer.json'],
    ['{"dependencies":{"pixl-ipc":"^0.1.0"}}', 'package.json'],
    ['The socket is /run/pixl-ipc/a.sock, the class vendor/pixl-ipc/client/php/PixlIPCClient.class.php.', 'README.md'],
    ['<?php $ipc = new PixlIPCClient([]);', 'a.php'],
  ])('is nothing of %s in %s', (text, path) => {
    expect(remnantsOf(text, path)).toEqual([]);
  });

  test.each([
    ['names pixl-ipc/test/bench, which this package does not have', "require('pixl-ipc/test/bench')", 'a.js'],
    ['names pixl-ipc/client.js, which is pixl-ipc/client here', '`${root}/node_modules/pixl-ipc/client.js`', 'a.js'],
    ['names pixl-ipc/ipc_server.js, which is pixl-ipc here', 'node node_modules/pixl-ipc/ipc_server.js', 'run.sh'],
    ['pixl-ipc/client has the class', 'COPY clients/PixlIPCClient.class.php /srv/', 'Dockerfile'],
    ['relies on the mode 777', "module.exports = { IPCServer: { socket_path: 'a' }, socket_chmod: 1 }", 'config.js'],
    ['relies on the mode 777', '{"prod":{"IPCServer":{"socket_path":"a"}}}', 'a.json'],
    ['relies on the mode 777', '{"IPCServer.socket_path":"a"}', 'a.json'],
    ['relies on the mode 777', 'IPCServer:\n  socket_path: a\n', 'a.yml'],
    ['asks for the original, pixl-ipc >=1', '{"peerDependencies":{"pixl-ipc":">=1"}}', 'package.json'],
  ])('%s: %s', (what, text, path) => {
    expect(remnantsOf(`\n\n${text}`, path)).toMatchObject([
      { path, line: 3, what: expect.stringContaining(what) as string },
    ]);
  });

  test('comes in the order of the lines', () => {
    const text =
      "x = { IPCServer: {} };\n// pixl-ipc/client.js\ny.addURIHandler('/.*', 'y', f);\n// pixl-ipc/client.js";
    expect(linesOf(text, 'a.js')).toEqual([1, 2, 3, 4]);
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
    [
      '{"prod":{"IPCServer":{"socket_chmod":"660"}},"IPCServer":{"socket_path":"a"}}',
      '{"prod":{"IPCServer":{"socket_chmod":"660"}},"IPCServer":{"socket_chmod": "777", "socket_path":"a"}}',
    ],
    [
      '{"IPCServer":{"socket_chmod":"660"},"dev":{"IPCServer":{}}}',
      '{"IPCServer":{"socket_chmod":"660"},"dev":{"IPCServer":{}}}',
    ],
    // Of two in one object, the last counts.
    [
      '{"IPCServer":{"socket_path":"a"},"IPCServer":{"socket_path":"b"}}',
      '{"IPCServer":{"socket_path":"a"},"IPCServer":{"socket_chmod": "777", "socket_path":"b"}}',
    ],
    ['{"IPCServer": broken', '{"IPCServer": broken'],
  ])('%s becomes %s', (given, after) => {
    expect(migrateConfig(given, 'a.json', undefined).text).toBe(after);
  });

  test('stays as it is where its section cannot be found by its name, and a person is told', () => {
    const text = String.raw`{"IPC\u0053erver":{},"prod":{"IPCServer":{}}}`;
    expect(migrateConfig(text, 'a.json', 'www-data')).toEqual({
      text,
      left: [
        {
          path: 'a.json',
          what: 'has an IPCServer section that stays as it is; write "socket_group":"www-data","socket_chmod":"660" into it',
        },
      ],
    });
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

  test('keeps every byte of what is not UTF-8, and names it where it uses the original', async () => {
    const files = {
      'apps/legacy/latin1.js': Buffer.from("// caf\xe9\nrequire('pixl-ipc/client.js')", 'latin1'),
      'apps/legacy/package.json': Buffer.from('{"author":"Ren\xe9","dependencies":{"pixl-ipc":"1"}}', 'latin1'),
      'apps/legacy/other.php': Buffer.from("<?php echo 'caf\xe9';", 'latin1'),
      'apps/legacy/logo.png': Buffer.from('\x89PNG\0pixl-ipc/client.js', 'latin1'),
      'apps/legacy/bom.js': Buffer.from("\ufeffrequire('pixl-ipc');"),
    };
    for (const [path, bytes] of Object.entries(files)) tree.write(path, bytes);
    await migrateOriginalGenerator(tree, { skipFormat: true });
    for (const [path, bytes] of Object.entries(files)) expect(tree.read(path)).toEqual(bytes);
    const text = printed.join('\n');
    expect(text).toContain('apps/legacy/latin1.js is not UTF-8 and stays as it is');
    expect(text).toContain('apps/legacy/package.json is missing or not UTF-8; ask for pixl-ipc');
    expect(text).not.toMatch(/other\.php|logo\.png|bom\.js/);
  });

  test('writes no file that has nothing to change', async () => {
    const write = vi.spyOn(tree, 'write');
    await migrateOriginalGenerator(tree, { project: 'legacy', socketGroup: 'www', skipFormat: true });
    expect(write.mock.calls.map(([path]) => path).sort()).toEqual([
      'apps/legacy/conf/config.json',
      'apps/legacy/package.json',
      'apps/legacy/server.js',
      'apps/legacy/web/composer.json',
      'apps/legacy/web/index.php',
    ]);
  });

  test('keeps the indentation of a package.json', async () => {
    tree.write('apps/legacy/package.json', '{\n\t"dependencies": {\n\t\t"pixl-ipc": "^1.1.3"\n\t}\n}\n');
    await migrateOriginalGenerator(tree, { project: 'legacy', skipFormat: true });
    expect(tree.read('apps/legacy/package.json', 'utf-8')).toMatch(/^\{\n\t"dependencies": \{\n\t\t"pixl-ipc"/);
  });

  test('moves PHP in every kind of file, and prints each mention that is left, once and with its line', async () => {
    tree.write('apps/legacy/web/lib.inc', "<?php\nrequire 'PixlIPCClient.class.php';\n");
    tree.write(
      'apps/legacy/web/odd.inc',
      "<?php\nrequire $lib . '/node_modules/pixl-ipc/clients/PixlIPCClient.class.php';",
    );
    tree.write('apps/legacy/bin/start', '#!/bin/sh\nnode node_modules/pixl-ipc/ipc_server.js\n');
    tree.write('apps/legacy/vendor/a.js', "require('pixl-ipc/client.js')");
    tree.write('apps/legacy/package-lock.json', '{"packages":{"node_modules/pixl-ipc/client.js":{}}}');
    await migrateOriginalGenerator(tree, { project: 'legacy', socketGroup: 'www', skipFormat: true });
    expect(tree.read('apps/legacy/web/lib.inc', 'utf-8')).toContain("__DIR__ . '/vendor/autoload.php'");
    expect(tree.read('apps/legacy/vendor/a.js', 'utf-8')).toBe("require('pixl-ipc/client.js')");
    const places = printed
      .join('\n')
      .match(/^ {2}\S+/gm)
      ?.map((place) => place.trim());
    expect(places).toEqual(['apps/legacy/web/composer.json', 'apps/legacy/web/odd.inc:2', 'apps/legacy/bin/start:2']);
  });
});
