import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { READS_CONTRACTS_MS, Workspace } from '../../testing/workspace';
import { tsClientGenerator } from '../ts-client/generator';
import syncOrGenerate, { syncGenerator, type SyncResult } from './generator';

const contract = (uri: string, field: string) => `
  import { endpoint } from '@pixl-ipc/contract';
  import { z } from 'zod';
  export default endpoint('${uri}', { request: z.object({ ${field}: z.string() }), response: z.object({}) });`;

function twoDaemons(): Workspace {
  return new Workspace({
    'orders/package.json': { name: '@acme/orders', version: '2.0.0' },
    'orders/project.json': { name: 'orders' },
    'orders/src/endpoints/get.contract.ts': contract('/get', 'id'),
    'orders/src/endpoints/get.handler.ts': '',
    'stock/project.json': { name: 'stock' },
    'stock/src/endpoints/count.contract.ts': contract('/count', 'article'),
    'stock/src/endpoints/count.handler.ts': '',
    'web/project.json': { name: 'web' },
  });
}

async function sync(workspace: Workspace): Promise<{ readonly result: SyncResult; readonly changed: string[] }> {
  let result: SyncResult = {};
  const changed = await workspace.run(async (tree) => {
    result = await syncGenerator(tree);
  });
  return { result, changed };
}

describe('sync', { timeout: READS_CONTRACTS_MS }, () => {
  test('makes what is missing, says what was stale and why, and changes nothing when that is done', async () => {
    using workspace = twoDaemons();
    const first = await sync(workspace);
    expect(first.changed).toEqual(
      ['orders', 'stock'].flatMap((root) => [`${root}/ipc-contract.json`, `${root}/src/endpoints/index.ts`]),
    );
    expect(first.result.outOfSyncDetails).toEqual([
      '- orders/ipc-contract.json: is missing',
      '- orders/src/endpoints/index.ts: does not list the handlers that orders has',
      '- stock/ipc-contract.json: is missing',
      '- stock/src/endpoints/index.ts: does not list the handlers that stock has',
    ]);
    // Somebody who formats it in another style has not made it stale.
    const list = readFileSync(join(workspace.root, 'orders/src/endpoints/index.ts'), 'utf8');
    workspace.write({ 'orders/src/endpoints/index.ts': list.replaceAll("'", '"') });
    expect(await sync(workspace)).toEqual({ changed: [], result: {} });
  });

  test('gives nx sync what it found, and nx generate nothing that it would call', async () => {
    using workspace = new Workspace();
    expect(await syncOrGenerate(workspace.tree())).toEqual({});
    expect(await syncOrGenerate(workspace.tree(), {})).toBeUndefined();
  });

  test('follows a changed contract to its document and its clients, and to those of no other daemon', async () => {
    using workspace = twoDaemons();
    for (const daemon of ['orders', 'stock']) {
      await workspace.run((tree) => tsClientGenerator(tree, { project: 'web', daemon, skipPackageJson: true }));
    }
    const client = join(workspace.root, 'web/src/orders-client/types.ts');
    expect(readFileSync(client, 'utf8')).toContain('id');
    workspace.write({
      'orders/src/endpoints/get.contract.ts': contract('/get', 'key'),
      'orders/src/endpoints/put.contract.ts': contract('/put', 'id'),
      'orders/src/endpoints/put.handler.ts': '',
    });
    const { changed, result } = await sync(workspace);
    expect(changed.filter((path) => !/^(orders|web\/src\/orders-client)\//.test(path))).toEqual([]);
    // `nx sync` prints it too, and is not to be told to run `nx sync`.
    expect(result.outOfSyncMessage).toBe('Generated files do not follow their contracts.');
    expect(result.outOfSyncDetails).toEqual([
      '- orders/ipc-contract.json: /get changed, /put is new',
      '- orders/src/endpoints/index.ts: does not list the handlers that orders has',
      expect.stringMatching(/^- web\/src\/orders-client: \d files of contract \w{12}, orders is at \w{12}$/),
    ]);
    expect(readFileSync(client, 'utf8')).toContain('key');
    expect((await sync(workspace)).changed).toEqual([]);
  });

  test('takes away what is left over of an earlier contract, folder and all, and says so', async () => {
    using workspace = twoDaemons();
    await workspace.run((tree) =>
      tsClientGenerator(tree, { project: 'web', daemon: 'orders', output: 'src/o', skipPackageJson: true }),
    );
    await sync(workspace);
    const text = readFileSync(join(workspace.root, 'web/src/o/types.ts'), 'utf8');
    workspace.write({ 'web/src/o/old/types.ts': text });
    const { changed, result } = await sync(workspace);
    expect(changed).toContain('web/src/o/old/types.ts');
    expect(result.outOfSyncDetails).toEqual(['- web/src/o: 1 file left over']);
    expect(readdirSync(join(workspace.root, 'web/src/o'))).not.toContain('old');
  });

  test('tells every problem at once, and writes nothing', async () => {
    using workspace = twoDaemons();
    workspace.write({
      'orders/src/endpoints/get.contract.ts': 'export default 1;',
      'stock/src/endpoints/lonely.contract.ts': contract('/lonely', 'a'),
      'web/ipc.json': { clients: [{ daemon: 'gone', language: 'typescript', output: 'src/gone' }] },
    });
    const failure = workspace.run((tree) => syncGenerator(tree));
    await expect(failure).rejects.toThrow(
      new Error(
        [
          'orders: src/endpoints/get.contract.ts: exports no endpoint by default; write export default endpoint(uri, { request, response })',
          'stock: stock/src/endpoints/lonely.contract.ts has no handler; write lonely.handler.ts beside it',
          'web/ipc.json: no daemon is called "gone"; the daemons are orders, stock',
        ].join('\n'),
      ),
    );
  });
});
