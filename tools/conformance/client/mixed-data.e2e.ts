import { createClient, type IpcClient } from '@pixl-ipc/client';
import { figure, tempDirectory, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadEndpointServer } from './processes';

const PROSE = 'She said: “Ça va?” – and "naïve" as it was,\n\tthe café was full; 10 € each. 你好 😀\\ '.repeat(100);
const RECORDS = Array.from({ length: 200 }, (_, id) => ({ id, tags: ['new', `group-${id % 7}`], parent: null }));
const STRINGS = Array.from({ length: 10 }, (_, at) => String.fromCharCode(65 + at).repeat(1_000));

/** Data that different code writes and reads, and how many calls make V8 compile that code for it. */
const TURNS: readonly (readonly [calls: number, data: object])[] = [
  [10_000, { greeting: 'hello' }],
  [800, { text: PROSE }],
  [200, { records: RECORDS }],
  [800, { text: PROSE }],
  [200, { records: RECORDS }],
  [800, { strings: STRINGS }],
  [800, { text: 'ÿ'.repeat(10_000), more: 0.1 }],
  [800, { strings: STRINGS }],
  [800, { greeting: 'hello' }],
  [800, { text: PROSE }],
];

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
  for (const [times, data] of TURNS) {
    for (let n = 0; n < times; n++) {
      const sent = { n, ...data };
      const received = await client.call('/ipcserver/test/echo', sent);
      if (JSON.stringify(received) !== JSON.stringify(sent)) expect(received).toEqual(sent);
      calls++;
    }
  }
  figure('calls with data of every kind', calls, { min: 16_000 });
});
