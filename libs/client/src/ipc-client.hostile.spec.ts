import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createClient } from './ipc-client';
import { MemoryServer, type ReceivedRequest } from './testing/memory-server';
import { failureOf, observedClient, turns } from './testing/open-client';
import { ScriptedServer } from './testing/scripted-server';

const RUNS = 300;
const FLOOD = 20_000;
const CREDIT = 4;

/** What a frame says beside whose it is: `call`, `stream` and `other` stand for the ids of those calls. */
const ids = fc.constantFrom<unknown>('call', 'stream', 'other', 'nobody', '__proto__', null, undefined, 0, -1, {}, []);
const seqs = fc.constantFrom<unknown>(undefined, null, 0, 1, 2, -1, 0.5, '0', 1e300, Number.MAX_SAFE_INTEGER);
const flags = fc.constantFrom<unknown>(undefined, true, false, 'true', 1, null);
const frames = fc.record(
  {
    v: fc.constantFrom<unknown>(1, 2, 2, 2, 3, '2'),
    ipcReqID: ids,
    seq: seqs,
    continues: flags,
    goaway: flags,
    refused: flags,
    retryAfter: fc.constantFrom<unknown>(0, -1, 1e300, '5', null),
    code: fc.constantFrom<unknown>('cancelled', 'unavailable', 'orders.sold_out', 'constructor', '', 7, null),
    message: fc.constantFrom<unknown>('m', 7, null, {}),
    details: fc.constantFrom<unknown>(null, 7, { reason: 'lost' }),
    data: fc.constantFrom<unknown>(null, 1, 'x', { code: 'no_handler_found' }, { code: 'cancelled' }),
    // What only a client says.
    uri: fc.constantFrom<unknown>('/ipcserver/cancel', '/ipcserver/credit', '/x'),
    more: flags,
    credit: fc.constantFrom<unknown>(-1, 1e300, 'x'),
  },
  { requiredKeys: ['v', 'ipcReqID'] },
);

it(`is not harmed by a server that says anything, in ${RUNS} random sequences: every call settles once, and those of others not at all`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 40, size: 'max' }), async (said) => {
      const requests: ReceivedRequest[] = [];
      const server = new MemoryServer((request) => requests.push(request));
      const options = { transport: server.transport, requestTimeoutMs: 0, reconnectInitialMs: 0 };
      const [client, bystander] = [createClient(options), createClient(options)];
      let outcomes = 0;
      let others = 0;
      const call = client.call('/call', 1).finally(() => outcomes++);
      const stream = client.stream('/stream', 1, { credit: CREDIT });
      const first = stream.next();
      const other = bystander.call('/other', 1).finally(() => others++);
      for (const promise of [call, first, other]) promise.catch(() => undefined);
      await turns(3);
      const idOf = (uri: string): string => requests.find((request) => request.uri === uri)?.ipcReqID ?? expect.fail();
      const known = new Map(['call', 'stream', 'other'].map((name) => [name, idOf(`/${name}`)]));
      const line = requests.find(({ uri }) => uri === '/call')?.line ?? expect.fail();
      for (const frame of said) {
        const { ipcReqID } = frame;
        const id = typeof ipcReqID === 'string' ? (known.get(ipcReqID) ?? ipcReqID) : ipcReqID;
        server.say(line, { ...frame, ipcReqID: id });
      }
      await turns(3);
      expect(stream.buffered).toBeLessThanOrEqual(CREDIT);
      expect([outcomes === 0 || outcomes === 1, others]).toEqual([true, 0]);
      expect(bystander.pendingCalls).toBe(1);
      expect(client.pendingCalls).toBeGreaterThanOrEqual(1 - outcomes);

      await client.close();
      await Promise.allSettled([call, first]);
      expect([outcomes, client.pendingCalls, stream.buffered <= CREDIT]).toEqual([1, 0, true]);
      // What was read is over at last.
      for (let item = 0; item <= CREDIT; item++) await stream.next().catch(() => undefined);
      expect(await stream.next()).toEqual({ done: true, value: undefined });
      const { ipcReqID } = requests.find(({ uri }) => uri === '/other') ?? expect.fail();
      const otherLine = requests.find(({ uri }) => uri === '/other')?.line ?? expect.fail();
      server.say(otherLine, { v: 2, ipcReqID, data: 'mine' });
      expect(await other).toBe('mine');
      await bystander.close();
      expect(server.openLines).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

it.each<[string, (n: number) => object]>([
  ['going-away messages', () => ({ ipcReqID: null, code: 'unavailable', goaway: true, message: 'stopping' })],
  ['replies that nobody asked for', (n) => ({ v: 2, ipcReqID: `x.${n}`, data: n })],
  ['items of no stream', (n) => ({ v: 2, ipcReqID: `x.${n}`, seq: n, data: n, continues: true })],
  ['requests', (n) => ({ v: 2, ipcReqID: n, uri: '/ipcserver/cancel', data: { id: n } })],
])('is told of a flood of %s and keeps nothing of it', async (_what, message) => {
  const server = await ScriptedServer.start((request, peer) => {
    peer.write(Array.from({ length: FLOOD }, (_, n) => `${JSON.stringify(message(n))}\n`).join(''));
    peer.reply(request, 'after all');
  });
  const { client, kinds } = observedClient({ socketPath: server.socketPath });
  expect(await client.call('/x', 1)).toBe('after all');
  expect(client.pendingCalls).toBe(0);
  // That the server is going is news once.
  expect(kinds().filter((kind) => kind === 'goaway').length).toBeLessThanOrEqual(1);
  expect((await server.peer()).requests).toHaveLength(1);
});

it('takes an item, where it did not ask for a stream, for no more than its one reply', async () => {
  const server = await ScriptedServer.start((request, peer) => {
    for (const seq of [0, 1, 2]) peer.answer(request, { seq, data: seq, continues: true });
    peer.answer(request, {});
  });
  const { client } = observedClient({ socketPath: server.socketPath });
  expect(await client.call('/x', 1)).toBe(0);
  expect(client.pendingCalls).toBe(0);
});

it.each([[7], [null], [{}]])(
  'takes a reply whose code is %j for one that it cannot read, not for a success',
  async (code) => {
    const server = await ScriptedServer.start((request, peer) => {
      const { oneway, ipcReqID } = request;
      if (!oneway) peer.write(`${JSON.stringify({ v: 2, ipcReqID, code, message: 'm' })}\n`);
    });
    const { client } = observedClient({ socketPath: server.socketPath });
    const unreadable = { code: 'parse_error', origin: 'local', sent: true };
    expect(await failureOf(client.call('/x'))).toMatchObject(unreadable);
    const failure = await failureOf(client.stream('/x').next());
    expect(failure).toMatchObject(unreadable);
    expect(failure.message).toBe(`unreadable reply: a reply's code is ${JSON.stringify(code)}; it must be a string`);
    expect(client.pendingCalls).toBe(0);
  },
);
