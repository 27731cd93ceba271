import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseContractDocument } from '../../contract/contract-document';
import { generateClient, type GeneratedFile } from '../../emit/generate-client';
import { echoingPeer } from '../../testing/echoing-peer';
import { loadTypeScript, TypeChecker } from '../../testing/generated-typescript';
import { randomContracts, type RandomContract } from '../../testing/random-documents';

/** They are compiled together: the compiler takes longer to start than to check them all. */
const CONTRACTS = 20;

interface Any {
  readonly thing: (request: unknown) => Promise<unknown>;
  readonly answer: () => Promise<unknown>;
  readonly items: () => AsyncIterable<unknown>;
}
type CreateClient = (options: object) => { readonly any: Any; readonly $client: { close(): Promise<void> } };
type Fake = (handlers: { readonly any: { readonly answer: () => unknown; readonly items: () => unknown } }) => {
  readonly any: Any;
};

it('a client of any contract type-checks, takes every valid value and gives it back unchanged', async () => {
  const property = fc.asyncProperty(randomContracts(CONTRACTS), async (contracts) => {
    const clients = await Promise.all(
      contracts.map(async (contract) => {
        const document = parseContractDocument(contract.text);
        return { contract, files: await generateClient({ document, language: 'typescript' }) };
      }),
    );
    const checked = clients.flatMap(({ contract, files }, index) =>
      [...files, { path: 'use.ts', content: useOf(contract) }].map((file) => ({
        ...file,
        path: `${index}/${file.path}`,
      })),
    );
    expect(new TypeChecker().errorsIn(checked)).toEqual([]);
    for (const { contract, files } of clients) await assertUnchanged(contract, files);
  });
  // One run, and its seed where it fails: the contracts of one do not get smaller for being fewer.
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
}, 120_000);

/** Code of a user that puts every value where it is valid. */
function useOf({ requests, answers, items, details }: RandomContract): string {
  const declared = (type: string, values: readonly unknown[]) =>
    `export const ${type}s: ${type}[] = ${JSON.stringify(values)};`;
  return [
    "import type { TestDaemon, TestDaemonErrors } from './index.js';",
    "type Any = TestDaemon['any'];",
    "type Request = Parameters<Any['thing']>[0] & Awaited<ReturnType<Any['thing']>>;",
    "type Answer = Awaited<ReturnType<Any['answer']>>;",
    "type Item = ReturnType<Any['items']> extends AsyncIterable<infer Each> ? Each : never;",
    "type Detail = TestDaemonErrors['any.failure'];",
    declared('Request', requests),
    declared('Answer', answers),
    declared('Item', items),
    declared('Detail', details),
  ].join('\n');
}

async function assertUnchanged({ text, requests, answers, items }: RandomContract, files: readonly GeneratedFile[]) {
  const { createTestDaemonClient } = loadTypeScript(files, 'client.ts') as { createTestDaemonClient: CreateClient };
  const ipc = createTestDaemonClient({ transport: { describe: 'an echo', connect: () => echoingPeer([]) } });
  try {
    for (const request of requests) expect(await ipc.any.thing(request), text).toEqual(request);
  } finally {
    await ipc.$client.close();
  }
  const { fakeTestDaemon } = loadTypeScript(files, 'fake.ts') as { fakeTestDaemon: Fake };
  for (const answer of answers) {
    const fake = fakeTestDaemon({ any: { answer: () => answer, items: () => items } });
    expect(await fake.any.answer(), text).toEqual(answer);
    const streamed: unknown[] = [];
    for await (const item of fake.any.items()) streamed.push(item);
    expect(streamed, text).toEqual(items);
  }
}
