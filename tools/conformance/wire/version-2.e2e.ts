import { RawClient, tempDirectory, type TempDirectory } from '@pixl-ipc/testkit';
import type { Server } from '@pixl-ipc/server';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import IPCClient from 'pixl-ipc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answeringServer, type SeenRequest } from '../client/answering-server';
import type { Vector } from './vector';
import { createVersion2Server } from './version-2-server';

/** Bytes of version 2, recorded from this project's server and read by a person: what is on the wire stays as it is. */
const VECTORS = readFileSync(join(__dirname, '../vectors/v2.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

interface Message {
  readonly v?: number;
  readonly ipcReqID: string | number | null;
  readonly uri?: string;
  readonly data?: unknown;
  readonly code?: string;
  readonly message?: string;
  readonly continues?: boolean;
}

/** What a client of the original can meet: one request, with an id of text, answered once. */
const ONE_REPLY = VECTORS.flatMap(({ name, send, receive }) => {
  const [requests, replies] = [send, receive].map((text) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Message),
  );
  const [request, reply] = [requests?.[0], replies?.[0]];
  if (!request || !reply || requests?.length !== 1 || replies?.length !== 1) return [];
  return reply.v === 2 && typeof reply.ipcReqID === 'string' ? [{ name, request, reply, receive }] : [];
});

let directory: TempDirectory;
let server: Server;

beforeAll(async () => {
  directory = await tempDirectory();
  server = createVersion2Server(directory.file('s'));
  await server.listen();
});

afterAll(async () => {
  await server.abort();
  await directory.cleanup();
});

describe.each([
  ['whole', (client: RawClient, bytes: string) => client.write(bytes)],
  ['in pieces of one byte', (client: RawClient, bytes: string) => client.writeInPieces(bytes, 1)],
])('what a client of version 2 sends, %s,', (_way, write) => {
  test.each(VECTORS)('is answered as recorded: $name', async ({ send, receive }) => {
    await using client = await RawClient.connect(directory.file('s'), { allowHalfOpen: true });
    await write(client, send);
    client.halfClose();
    expect(await client.ended).toBe(true);
    expect(client.text).toBe(receive);
  });
});

test('a caller of version 1 never sees what only version 2 has', () => {
  const replies = VECTORS.flatMap(({ receive }) =>
    receive.split('\n').filter((line) => line.startsWith('{"ipcReqID":"rq')),
  );
  expect(replies).toHaveLength(2);
  for (const reply of replies) {
    expect(['ipcReqID', 'data', 'code', 'message']).toEqual(
      expect.arrayContaining(Object.keys(JSON.parse(reply) as object)),
    );
  }
});

describe('a client of version 1 that is answered in version 2', () => {
  test.each(ONE_REPLY.map((one) => [one.name, one] as const))(
    'takes it for its reply: %s',
    async (name, { request, reply, receive }) => {
      const path = directory.file(name);
      const answer = ({ ipcReqID }: SeenRequest): string =>
        receive.replace(`"ipcReqID":"${String(reply.ipcReqID)}"`, `"ipcReqID":"${ipcReqID}"`);
      const peer = await answeringServer(path, answer);
      const client = new IPCClient(path, null, { requestTimeout: 5_000 });
      await client.connect();
      try {
        expect(await client.send(request.uri ?? '', request.data)).toEqual(reply.data);
        client.messageTransform = (whole) => client.codeToErr(whole);
        const strict = client.send(request.uri ?? '', request.data);
        if (reply.code === undefined && name !== 'data_code_is_no_error') expect(await strict).toEqual(reply.data);
        else await expect(strict).rejects.toMatchObject({ code: reply.code ?? 'no_handler_found' });
      } finally {
        await client.close();
        await peer.close();
      }
    },
  );
});
