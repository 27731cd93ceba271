import {
  createFaultProxy,
  tempDirectory,
  until,
  type FixtureProcess,
  type LineSocket,
  type TempDirectory,
} from '@pixl-ipc/testkit';
import { createHash } from 'node:crypto';
import IPCClient from 'pixl-ipc/client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Done, Work } from './fixtures/component-server.fixture';
import { answeringServer } from './answering-server';
import { loadServer, startProgram, startServer } from './processes';
import { RecordingLog } from './recording-log';

/*
 * What the original does wrong at its Node client, as reliability.md lists it: every title names the failure. The
 * hundred clients that come back at one instant are in reconnecting.e2e.ts.
 */

let directory: TempDirectory;
let server: FixtureProcess;
let successor: FixtureProcess;

beforeAll(async () => {
  directory = await tempDirectory();
  [server, successor] = await Promise.all([startServer(directory), loadServer(directory)]);
});

afterAll(async () => {
  await Promise.all([server.cleanup(), successor.cleanup()]);
  await directory.cleanup();
});

/** A connected client, closed when the test ends. */
async function open(name = 's', options = {}) {
  const log = new RecordingLog();
  const client = new IPCClient(directory.file(name), log, { autoReconnect: 10, requestTimeout: 30_000, ...options });
  onTestFinished(() => client.close());
  await client.connect();
  return { client, log };
}

/** A client of a server that answers each request with what `answer` makes of its id. */
async function openScripted(answer: (id: string, peer: LineSocket) => string) {
  const scripted = await answeringServer(directory.file('x'), ({ ipcReqID }, peer) => answer(ipcReqID, peer));
  onTestFinished(() => scripted.close());
  return open('x');
}

/** What a callback got, and how often it was called. */
function callback(): { calls: unknown[][]; fn: (...args: unknown[]) => void } {
  const calls: unknown[][] = [];
  return { calls, fn: (...args) => calls.push(args) };
}

describe('what the original’s client does wrong, and this one does not:', () => {
  test.each([1, 3])('a request over %d MiB arrives whole (the original loses its front, silently)', async (mib) => {
    await using proxy = await createFaultProxy({ path: directory.file('p'), target: directory.file('s') });
    proxy.set({ toServer: { kind: 'fragment', bytes: 8_191 } });
    const { client } = await open('p');
    const payload = 'aé😀'.repeat((mib * 1024 * 1024) / 7 + 1);
    const work: Work = { id: `large ${mib}`, payload };
    const done = (await client.send('/work', work)) as Done;
    expect(done.hash).toBe(createHash('sha256').update(payload).digest('hex'));
  });

  test('a reply over 1 MiB arrives whole (the original loses its front, silently)', async () => {
    await using proxy = await createFaultProxy({ path: directory.file('p'), target: directory.file('s') });
    proxy.set({ toClient: { kind: 'fragment', bytes: 8_191 } });
    const { client } = await open('p');
    expect(await client.send('/text', { chars: 1024 * 1024 })).toBe('é'.repeat(1024 * 1024));
  });

  test('a FIN ends the requests in flight (the original never calls their callbacks)', async () => {
    const { client, log } = await open();
    const seen = [callback(), callback(), callback()];
    for (const { fn } of seen) client.send('/never', {}, fn);
    await client.send('/ipcserver/test/echo', {});
    await server.ask('closeConnections');
    await until(() => client.requestCount === 0, { what: 'the calls to end' });
    await client.connect();
    expect(seen.map(({ calls }) => calls)).toEqual(Array(3).fill([['ipc_socket_err']]));
    expect(log.errors).toEqual([['ipc_socket_err', expect.stringMatching(/^Unexpected socket error: c/)]]);
  });

  test('a client reconnects after a FIN (the original never does)', async () => {
    const { client, log } = await open();
    await client.send('/ipcserver/test/echo', 1);
    await server.ask('closeConnections');
    const created = (): unknown[] => log.debugs.filter(([, message]) => message === 'connection created');
    await until(() => created().length === 2, { what: 'the client to be back' });
    expect(await client.send('/ipcserver/test/echo', 'back')).toBe('back');
  });

  test('close() ends the requests in flight, and circular data leaves no timer (the original calls nobody back, and lives on)', async () => {
    const [closing, circular] = await Promise.all(
      ['close in flight', 'circular'].map((what) => startProgram(directory, what)),
    );
    expect((await closing?.exited())?.code).toBe(0);
    expect((await circular?.exited())?.code).toBe(0);
    const [lines, others] = [closing, circular].map((program) => program?.stdout.split('\n').slice(1, -1) ?? []);
    expect(lines?.slice(0, -1)).toEqual(['connected', 'callback: no_open_stream', 'promise: no_open_stream', 'closed']);
    expect(others?.slice(0, -1)).toEqual([
      'connected',
      'circular: invalid_argument',
      'timers left: 0 in flight: 0',
      'closed',
    ]);
    for (const last of [lines?.at(-1), others?.at(-1)]) expect(Number(last?.split(': ')[1])).toBeLessThan(1_000);
  });

  test('replies with the ids constructor and __proto__ do not change the count of requests (the original’s goes wrong)', async () => {
    const ids = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
    const { client, log } = await openScripted((id) =>
      [...ids, id].map((one) => `${JSON.stringify({ ipcReqID: one, data: one })}\n`).join(''),
    );
    expect(await client.send('/x')).toBe('rq0');
    expect(client.requestCount).toBe(0);
    expect(log.errors).toEqual(
      ids.map((id) => ['ipc_req_not_found', `Could not find request ID ${id} in request list`]),
    );
  });

  test('a handler that answers twice is heard once (the original sends and takes both)', async () => {
    const { client, log } = await open();
    const { calls, fn } = callback();
    client.send('/twice', 'first', fn);
    await client.send('/ipcserver/test/echo', 1);
    expect(calls).toEqual([[null, 'first']]);
    expect([log.errors, client.requestCount]).toEqual([[], 0]);
  });

  test('a handler that never answers costs its caller requestTimeout and no more (the original hangs)', async () => {
    const { client, log } = await open('s', { requestTimeout: 50 });
    await expect(client.send('/never', {})).rejects.toBe('request_timeout');
    expect(log.errors).toEqual([['request_timeout', 'IPCClient request expired: /never']]);
  });

  test('data that is nested too deep is refused, here or there, and the daemon lives (the original’s dies)', async () => {
    const { client } = await open();
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(await client.send('/ipcserver/test/echo', nested(600))).toMatchObject({ code: 'invalid_request' });
    // JSON.stringify's own stack ends before.
    await expect(client.send('/ipcserver/test/echo', nested(20_000))).rejects.toBe('invalid_argument');
    expect(await client.send('/ipcserver/test/echo', nested(500))).toEqual(nested(500));
  });

  test.each([
    ['a line that is not JSON', 'not json\n'],
    ['a line that is an array', '[1,2]\n'],
    ['a BOM', '\ufeff{}\n'],
    ['a NUL', '\u0000\n'],
  ])('%s from the server is logged, and what follows it is read (the original says nothing)', async (_, nonsense) => {
    const { client, log } = await openScripted((id) => `${nonsense}{"ipcReqID":"${id}","data":1}\n`);
    expect(await client.send('/x')).toBe(1);
    expect(log.errors.map(([code]) => code)).toEqual(['stream_err']);
  });

  test('a last reply without its newline counts (the original ignores it)', async () => {
    const { client } = await openScripted((id, peer) => {
      setImmediate(() => peer.halfClose());
      return `{"ipcReqID":"${id}","data":"last"}`;
    });
    expect(await client.send('/x')).toBe('last');
  });

  test('a socket path over 107 bytes is refused (the original cuts it, and takes whoever answers there)', () => {
    expect(() => new IPCClient(`/tmp/${'x'.repeat(103)}`)).toThrow('is 108 bytes, limit 107');
  });

  test('a request of 500 ms is answered though SIGTERM comes (the original drops it)', async () => {
    const { client, log } = await open('s', { autoReconnect: 0 });
    const slow = client.send('/ipcserver/test/delay', { delay: 500 });
    await client.send('/ipcserver/test/echo', 1);
    const stopped = server.stop('SIGTERM');
    expect(await slow).toEqual({ delay: 500 });
    expect((await stopped).code).toBe(0);
    await until(() => client.stream === null, { what: 'the client to notice' });
    expect(log.errors).toEqual([]);
  });

  test('replies that came before the server’s end count, though the busy client writes into the closed connection', async () => {
    await successor.ask('start');
    const { client } = await open('s', { autoReconnect: 0 });
    const before = client.send('/ipcserver/test/echo', 'answered before');
    await new Promise((resolve) => setImmediate(resolve));
    // The reply and the end come while this process has no time to read them.
    successor.signal('SIGTERM');
    const stopped = performance.now() + 300;
    while (performance.now() < stopped);
    const after = client.send('/ipcserver/test/echo', 'too late').catch((error: unknown) => error);
    expect(await before).toBe('answered before');
    expect(await after).toBe('ipc_socket_err');
    await successor.exited();
  });
});
