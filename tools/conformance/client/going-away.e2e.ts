import { createClient, type IpcClient, type IpcError } from '@pixl-ipc/client';
import { figure, tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { count, work } from './fixtures/endpoints';
import { ledgerFile, loadEndpointServer } from './processes';

const CLIENTS = 4;
const CALLS_AT_A_TIME = 8;
const RESTARTS = 3;

let directory: TempDirectory;
let servers: FixtureProcess[] = [];
let clients: IpcClient[] = [];

beforeAll(async () => {
  directory = await tempDirectory();
});

afterAll(() => directory.cleanup());

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all(servers.map((server) => server.cleanup()));
  clients = servers = [];
});

/** Another server, which does not listen yet. */
async function next(): Promise<FixtureProcess> {
  const server = await loadEndpointServer(directory);
  servers = [...servers, server];
  return server;
}

interface Traffic {
  readonly made: string[];
  readonly failures: IpcError[];
  longestMs: number;
}

/** Every client makes calls one after the other, several at a time, while it is wanted. */
async function call(prefix: string, traffic: Traffic, wanted: () => boolean): Promise<void> {
  clients = Array.from({ length: CLIENTS }, () => createClient({ socketPath: directory.file('s') }));
  const one = async (client: IpcClient): Promise<void> => {
    while (wanted()) {
      const id = `${prefix}${traffic.made.length}`;
      traffic.made.push(id);
      const begun = performance.now();
      const ms = traffic.made.length % 10 === 0 ? 30 : 0;
      await client.call(work, { id, ms }).catch((error: unknown) => traffic.failures.push(error as IpcError));
      traffic.longestMs = Math.max(traffic.longestMs, performance.now() - begun);
    }
  };
  await Promise.all(clients.flatMap((client) => Array.from({ length: CALLS_AT_A_TIME }, () => one(client))));
}

function timesExecuted(): Map<string, number> {
  const times = new Map<string, number>();
  for (const id of readFileSync(ledgerFile(directory), 'utf8').split('\n')) times.set(id, (times.get(id) ?? 0) + 1);
  return times;
}

test.each([
  ['the next one starts when the old one has ended', false],
  ['the next one takes the name while the old one finishes what runs', true],
])('a server that is replaced in operation fails no call: %s', async (how, overlapping) => {
  const traffic: Traffic = { made: [], failures: [], longestMs: 0 };
  let server = await next();
  await server.ask('start');
  let over = false;
  const calls = call(overlapping ? 'o' : 'n', traffic, () => !over);
  for (let restart = 0; restart < RESTARTS; restart++) {
    const successor = await next();
    const enough = traffic.made.length + 500;
    await until(() => traffic.made.length > enough, { what: 'calls', timeoutMs: 20_000 });
    const ended = server.stop('SIGTERM');
    if (overlapping) await until(() => !existsSync(directory.file('s')), { what: 'the name to be free' });
    else await ended;
    await successor.ask('start');
    expect(await ended).toMatchObject({ code: 0 });
    server = successor;
  }
  const enough = traffic.made.length + 500;
  await until(() => traffic.made.length > enough, { what: 'calls of the last server', timeoutMs: 20_000 });
  over = true;
  await calls;

  figure(`planned restarts, ${how}: calls`, traffic.made.length, { min: 2_000 });
  figure(`planned restarts, ${how}: failed calls`, traffic.failures.length, { max: 0 });
  figure(`planned restarts, ${how}: longest call`, traffic.longestMs, { max: 5_000, unit: 'ms' });
  expect(traffic.failures.map((error) => `${error.code}, sent ${error.sent}: ${error.message}`)).toEqual([]);
  const executed = timesExecuted();
  expect(traffic.made.filter((id) => executed.get(id) !== 1)).toEqual([]);
  await server.stop('SIGTERM');
});

test('a stream that runs when its server goes is read to its end', async () => {
  const [server, successor] = [await next(), await next()];
  await server.ask('start');
  const client = createClient({ socketPath: directory.file('s') });
  clients.push(client);
  const stream = client.stream(count, { id: 'going', count: 200 }, { credit: 4 });
  await stream.next();
  const gone = new Promise((resolve) => client.once('goaway', resolve));
  const ended = server.stop('SIGTERM');
  await gone;
  await until(() => !existsSync(directory.file('s')), { what: 'the name to be free' });
  await successor.ask('start');
  expect(await client.call(work, { id: 'elsewhere' })).toEqual({ id: 'elsewhere' });
  let last: number | undefined;
  for await (const item of stream) last = item;
  expect(last).toBe(199);
  expect(await ended).toMatchObject({ code: 0 });
  await successor.stop('SIGTERM');
});
