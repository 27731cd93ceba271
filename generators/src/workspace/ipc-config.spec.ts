import { describe, expect, test } from 'vitest';
import { isForeignConfig, parseIpcConfig } from './ipc-config';

const TYPESCRIPT = { daemon: 'orders', language: 'typescript', output: 'src/orders-client' };
const PHP = { daemon: 'orders', language: 'php', output: 'src/Orders', namespace: 'App\\Orders' };
const parse = (config: unknown) => parseIpcConfig(JSON.stringify(config), 'apps/web/ipc.json');

describe('an ipc.json', () => {
  test('registers clients of several daemons, in both languages', () => {
    const clients = [TYPESCRIPT, PHP, { ...PHP, daemon: 'stock', output: 'lib/Stock', name: 'Depot' }];
    expect(parse({ $schema: 'x', clients })).toEqual({ clients });
  });

  test('may have comments, and folders in any spelling', () => {
    const text = `{ // who we call
      "clients": [${JSON.stringify({ ...TYPESCRIPT, output: './src//orders/', importExtension: '' })}] }`;
    expect(parseIpcConfig(text, 'ipc.json').clients).toEqual([
      { ...TYPESCRIPT, output: 'src/orders', importExtension: '' },
    ]);
  });

  test.each<[string, unknown, string]>([
    ['a list', [], 'the file is no object; write { … }'],
    ['no clients', {}, 'clients is no list; write "clients": []'],
    ['an unknown key', { client: [] }, 'the file has the unknown key "client"; known are $schema, clients'],
    ['a client of nobody', { clients: [{ ...TYPESCRIPT, daemon: '' }] }, `clients[0].daemon is ""; write the name`],
    [
      'an unknown language',
      { clients: [{ ...PHP, language: 'perl' }] },
      'clients[0].language is "perl"; write "typescript" or "php"',
    ],
    [
      'a namespace that PHP does not take',
      { clients: [{ ...PHP, namespace: 'App\\1' }] },
      'clients[0].namespace is "App\\\\1"; write a PHP namespace',
    ],
    ['no namespace for PHP', { clients: [{ ...PHP, namespace: undefined }] }, 'clients[0].namespace is undefined'],
    [
      'a namespace for TypeScript',
      { clients: [{ ...TYPESCRIPT, namespace: 'A' }] },
      'clients[0] has the unknown key "namespace"',
    ],
    [
      'an unknown ending',
      { clients: [{ ...TYPESCRIPT, importExtension: 'js' }] },
      'clients[0].importExtension is "js"; write "", ".js" or ".ts"',
    ],
    [
      'a name that is none of a class',
      { clients: [{ ...PHP, name: 'my-name' }] },
      'clients[0].name is "my-name"; write a name in PascalCase',
    ],
    [
      'the project as output',
      { clients: [{ ...PHP, output: '.' }] },
      'clients[0].output is "."; write a folder of its own inside the project',
    ],
    [
      'an output outside of the project',
      { clients: [{ ...PHP, output: 'a/../../b' }] },
      'clients[0].output is "a/../../b"',
    ],
    ['an absolute output', { clients: [{ ...PHP, output: '/tmp' }] }, 'clients[0].output is "/tmp"'],
    [
      'one output twice',
      { clients: [TYPESCRIPT, TYPESCRIPT] },
      'clients[0].output "src/orders-client" lies in the output of clients[1]',
    ],
    [
      'one output within another',
      { clients: [TYPESCRIPT, { ...PHP, output: 'src' }] },
      'clients[0].output "src/orders-client" lies in the output of clients[1]',
    ],
  ])('may not have %s, and the error names the file, the key and the remedy', (_, config, message) => {
    expect(() => parse(config)).toThrow(`apps/web/ipc.json: ${message}`);
  });

  test('has to be JSON', () => {
    expect(() => parseIpcConfig('{ "clients": [', 'ipc.json')).toThrow('ipc.json is no JSON: ');
  });

  test.each([
    ['{ "appId": "x" }', true],
    ['[]', true],
    ['null', true],
    ['{ "clients": {} }', true],
    ['{ "clients": [ // ours\n] }', false],
    ['{ "clients": [', false],
  ])('is told from somebody else’s file of the same name by its list of clients: %s', (text, isForeign) => {
    expect(isForeignConfig(text)).toBe(isForeign);
  });
});
