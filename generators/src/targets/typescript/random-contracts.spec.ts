import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseContractDocument } from '../../contract/contract-document';
import { generateClient } from '../../emit/generate-client';
import { echoingPeer } from '../../testing/echoing-peer';
import { loadTypeScript, TypeChecker } from '../../testing/generated-typescript';
import { randomContract } from '../../testing/random-documents';

const RUNS = 20;

interface Client {
  readonly any: { readonly thing: (request: unknown) => Promise<unknown> };
  readonly $client: { close(): Promise<void> };
}

it('a client of any contract type-checks, takes every valid request and gives it back unchanged', async () => {
  const checker = new TypeChecker();
  const property = fc.asyncProperty(randomContract(), async ({ text, requests }) => {
    const files = await generateClient({ document: parseContractDocument(text), language: 'typescript' });
    const values = requests.map(
      (request, index) =>
        `export const reply${index} = ipc.any.thing(${JSON.stringify(request)}) satisfies Promise<AnyThingResponse>;`,
    );
    const use = [
      "import type { AnyThingResponse, TestDaemon } from './index.js';",
      'declare const ipc: TestDaemon;',
      ...values,
    ].join('\n');
    expect(checker.errorsIn([...files, { path: 'use.ts', content: use }])).toEqual([]);

    const { createTestDaemonClient } = loadTypeScript(files, 'client.ts') as {
      createTestDaemonClient: (options: object) => Client;
    };
    const ipc = createTestDaemonClient({ transport: { describe: 'an echo', connect: () => echoingPeer([]) } });
    try {
      for (const request of requests) expect(await ipc.any.thing(request)).toEqual(request);
    } finally {
      await ipc.$client.close();
    }
  });
  await fc.assert(property, { numRuns: RUNS });
}, 120_000);
