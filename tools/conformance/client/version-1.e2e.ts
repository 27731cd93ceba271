import { tempDirectory, until, type ScriptedServer, type TempDirectory } from '@pixl-ipc/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import IPCClient from 'pixl-ipc/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answeringServer, type SeenRequest } from './answering-server';
import { RecordingLog } from './recording-log';

/** A case of the bytes that were recorded from the original's server. */
interface Vector {
  readonly name: string;
  readonly send: string;
  readonly receive: string;
}
interface Message {
  readonly ipcReqID?: string | number;
  readonly uri?: string;
  readonly data?: unknown;
}

const VECTORS = readFileSync(join(__dirname, '../vectors/v1.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

/** The cases that a client of the original's API can bring about: one request with an id. */
const CASES = VECTORS.flatMap(({ name, send, receive }) => {
  const lines = send.split('\n').filter(Boolean);
  if (lines.length !== 1) return [];
  const request = JSON.parse(lines[0] ?? '') as Message;
  if (typeof request.ipcReqID !== 'string') return [];
  // The original sees no difference between an empty uri and none.
  return [{ name, id: request.ipcReqID, uri: request.uri ?? '', data: request.data, receive }];
});

/** What the original's server answers, byte for byte as recorded, under the id of the request; to some it says nothing. */
function originalReply({ ipcReqID, uri, data }: SeenRequest): string {
  const found = CASES.find((one) => one.uri === uri && JSON.stringify(one.data) === JSON.stringify(data));
  return found?.receive.replace(`{"ipcReqID":"${found.id}"`, `{"ipcReqID":"${ipcReqID}"`) ?? '';
}

let directory: TempDirectory;
let original: ScriptedServer;
let log: RecordingLog;
let client: IPCClient;

beforeEach(async () => {
  directory = await tempDirectory();
  original = await answeringServer(directory.file('s'), originalReply);
  log = new RecordingLog();
  client = new IPCClient(directory.file('s'), log, { userAgent: 'vectors', requestTimeout: 500, autoReconnect: 5 });
  await client.connect();
});

afterEach(async () => {
  await client.close();
  await original.close();
  await directory.cleanup();
});

test('the requests are the original client’s, byte for byte', async () => {
  const { send } = VECTORS.find(({ name }) => name === 'echo') ?? expect.fail('there is no such case');
  const { uri, data } = JSON.parse(send) as { uri: string; data: unknown };
  await client.send(uri, data);
  expect(original.connections[0]?.text).toBe(send.replace('"pid":4242', `"pid":${process.pid}`));
});

describe('the replies of the original server mean what they meant to its own client:', () => {
  test.each(CASES.map((one) => [one.name, one] as const))('%s', async (_, { uri, data, receive }) => {
    // A reply that has no data resolves to undefined, one with an error at its top only among them.
    expect(await client.send(uri, data)).toEqual((JSON.parse(receive) as Message).data);
    expect(log.errors).toEqual([]);
  });

  test.each([
    ['no_uri', '', 'Missing required uri parameter from request'],
    ['no_handler_found', '/nope', 'No handler found for /nope'],
    ['bad_thing', '/codes', 'm'],
  ])('with codeToErr, %s is an error', async (code, uri, message) => {
    client.messageTransform = (whole) => client.codeToErr(whole);
    const { data } = CASES.find((one) => one.uri === uri) ?? {};
    await expect(client.send(uri, data)).rejects.toMatchObject({ code, message });
  });
});

describe('what the original server does worse than ours does not hang the client:', () => {
  test('a request that it never answers ends at its timeout', async () => {
    await expect(client.send('/it/knows/not')).rejects.toBe('request_timeout');
  });

  test('many requests at once, some lost, some out of order, settle each with its own', async () => {
    const asked = Array.from({ length: 200 }, (_, n) => CASES[n % CASES.length] ?? expect.fail());
    const replies = await Promise.all(
      asked.map(({ uri, data }, n) =>
        client.send(n % 5 === 4 ? '/it/knows/not' : uri, data).catch((error: unknown) => error),
      ),
    );
    const expected = asked.map(({ receive }, n) =>
      n % 5 === 4 ? 'request_timeout' : (JSON.parse(receive) as Message).data,
    );
    expect(replies).toEqual(expected);
    expect(client.requestCount).toBe(0);
  });

  test('a stop drops requests and sends a FIN: they end, and the client comes back', async () => {
    const lost = client.send('/it/knows/not').catch((error: unknown) => error);
    await until(() => original.connections[0]?.bytesReceived, { what: 'the request' });
    original.connections[0]?.halfClose();
    expect(await lost).toBe('ipc_socket_err');
    await until(() => client.stream, { what: 'the client to be back' });
    expect(await client.send('/ipcserver/test/echo', { ping: 'me' })).toEqual({ ping: 'me' });
  });
});
