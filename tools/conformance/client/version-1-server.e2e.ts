import { createClient, type IpcClient } from '@pixl-ipc/client';
import { tempDirectory, type ScriptedServer, type TempDirectory } from '@pixl-ipc/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answeringServer, type SeenRequest } from './answering-server';

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
  readonly code?: string;
  readonly message?: string;
}

/** Requests of one line that have an id and a uri: those that a client can make. */
const CASES = readFileSync(join(__dirname, '../vectors/v1.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  .flatMap((line) => {
    const { name, send, receive } = JSON.parse(line) as Vector;
    const requests = send.split('\n').filter(Boolean);
    const [request] = requests.length === 1 ? [JSON.parse(requests[0] ?? '') as Message] : [];
    if (!request?.uri || typeof request.ipcReqID !== 'string') return [];
    return [{ name, id: request.ipcReqID, uri: request.uri, data: request.data, receive }];
  });

/** What the original's server answers, byte for byte as recorded, under the id of the request. It ignores unknown keys. */
function originalReply({ ipcReqID, uri, data }: SeenRequest): string {
  const found = CASES.find((one) => one.uri === uri && JSON.stringify(one.data) === JSON.stringify(data));
  return found?.receive.replace(`{"ipcReqID":"${found.id}"`, `{"ipcReqID":"${ipcReqID}"`) ?? '';
}

let directory: TempDirectory;
let original: ScriptedServer;
let client: IpcClient;

beforeEach(async () => {
  directory = await tempDirectory();
  original = await answeringServer(directory.file('s'), originalReply);
  client = createClient({ socketPath: directory.file('s') });
});

afterEach(async () => {
  await client.close();
  await original.close();
  await directory.cleanup();
});

describe('a client of version 2 at the original’s server', () => {
  test.each(CASES.map((one) => [one.name, one] as const))('takes its reply for what it is: %s', async (_, one) => {
    const { data } = JSON.parse(one.receive) as Message;
    const outcome = await client.call(one.uri, one.data).catch((error: unknown) => error);
    const isMissing = (data as Message | null | undefined)?.code === 'no_handler_found';
    if (isMissing) expect(outcome).toMatchObject({ ...(data as Message), origin: 'remote', sent: true });
    else expect(outcome).toEqual(data);
  });

  test('asks many things at once, each with its own reply', async () => {
    const asked = Array.from({ length: 200 }, (_, n) => CASES[n % CASES.length] ?? expect.fail());
    const replies = await Promise.all(
      asked.map(({ uri, data }) => client.call(uri, data).catch((error: unknown) => error as Message)),
    );
    for (const [n, reply] of replies.entries()) {
      const { data } = JSON.parse(asked[n]?.receive ?? '') as { data: unknown };
      if (reply instanceof Error) expect(reply).toMatchObject(data as Message);
      else expect(reply).toEqual(data);
    }
  });

  test('ends by itself what is never answered', async () => {
    await expect(client.call('/it/knows/not', {}, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'deadline_exceeded',
      sent: true,
    });
  });

  test('notifies it, though it answers', async () => {
    await client.notify('/ipcserver/test/echo', { ping: 'me' });
    expect(await client.call('/ipcserver/test/echo', { ping: 'me' })).toEqual({ ping: 'me' });
  });

  test('says clearly that it has no streams', async () => {
    await expect(client.stream('/ipcserver/test/echo', { ping: 'me' }).next()).rejects.toMatchObject({
      code: 'unavailable',
      details: { reason: 'no_streams' },
      message: '/ipcserver/test/echo was answered in version 1 of the protocol, which has no streams',
    });
  });

  test('does not log what it would not understand into it: nothing is cancelled', async () => {
    await client.call('/ipcserver/test/echo', { ping: 'me' });
    const abort = new AbortController();
    const call = client.call('/it/knows/not', {}, { signal: abort.signal }).catch((error: unknown) => error);
    abort.abort();
    expect(await call).toMatchObject({ code: 'cancelled' });
    await client.call('/ipcserver/test/echo', { ping: 'me' });
    expect(original.connections[0]?.text).not.toContain('/ipcserver/cancel');
  });
});
