import { createClient, type IpcClient } from '@pixl-ipc/client';
import { figure, tempDirectory, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadEndpointServer } from './processes';

/** Kinds of data that different code writes and reads, and how many calls of each make V8 compile that code for it. */
const KINDS: readonly (readonly [calls: number, data: unknown])[] = [
  [3_000, { greeting: 'hello' }],
  [400, { text: 'She said: “Ça va?” – and "naïve",\n\tin 你好 😀\\ '.repeat(200) }],
  [100, { records: Array.from({ length: 200 }, (_, id) => ({ id, tags: ['new', `group-${id % 7}`], parent: null })) }],
  [400, { strings: Array.from({ length: 10 }, (_, at) => String.fromCharCode(65 + at).repeat(1_000)), ok: true }],
  [400, { é: 'ÿ'.repeat(10_000), n: 0.1 }],
];
const ROUNDS = 4;
const IN_FLIGHT = 8;

let directory: TempDirectory;
let server: FixtureProcess;
let client: IpcClient;

beforeAll(async () => {
  directory = await tempDirectory();
  server = await loadEndpointServer(directory);
  await server.ask('start');
  client = createClient({ socketPath: directory.file('s') });
});

afterAll(async () => {
  await client.close();
  await server.cleanup();
  await directory.cleanup();
});

// Code that was compiled for one kind of data meets the next: once, compiled code of Node.js 20 died of that.
test('data of every kind in turn comes back as it was, long after all code is compiled', async () => {
  let calls = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [times, data] of KINDS) {
      const callOneByOne = async (): Promise<void> => {
        for (let n = 0; n < times / IN_FLIGHT; n++) {
          const sent = { n, data };
          const received = await client.call('/ipcserver/test/echo', sent);
          if (JSON.stringify(received) !== JSON.stringify(sent)) expect(received).toEqual(sent);
          calls++;
        }
      };
      await Promise.all(Array.from({ length: IN_FLIGHT }, callOneByOne));
    }
  }
  figure('calls with data of every kind', calls, { min: 17_200 });
});
