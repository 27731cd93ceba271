import { describe, expect, it } from 'vitest';
import type { StreamOptions } from '../ipc-client';
import { unavailableReason } from '../local-error';
import { ManualClock } from '../testing/manual-clock';
import { failureOf, observedClient, turns } from '../testing/open-client';
import { ScriptedServer, silent, type Peer, type Script, type SeenRequest } from '../testing/scripted-server';

/** Sends the numbers from 0 up to `count`, within its credit, as a server does; then ends. Cancelled, it says so. */
function counting(count: number): Script {
  const streams = new Map<string, { request: SeenRequest; seq: number; credit: number }>();
  const send = (peer: Peer, stream: { request: SeenRequest; seq: number; credit: number }): void => {
    for (; stream.credit > 0 && stream.seq < count; stream.credit--) {
      peer.answer(stream.request, { seq: stream.seq, data: stream.seq++, continues: true });
    }
    if (stream.seq === count && streams.delete(stream.request.ipcReqID)) peer.answer(stream.request, {});
  };
  return (request, peer) => {
    const { id = '', n = 0 } = (request.data ?? {}) as { id?: string; n?: number };
    const known = streams.get(id);
    if (request.uri === '/ipcserver/credit' && known) {
      known.credit += n;
      send(peer, known);
    } else if (request.uri === '/ipcserver/cancel' && known && streams.delete(id)) {
      peer.answer(known.request, { code: 'cancelled', message: 'given up' });
    } else if (request.uri === '/count') {
      const stream = { request, seq: 0, credit: request.credit ?? 64 };
      streams.set(request.ipcReqID, stream);
      send(peer, stream);
    }
  };
}

/** A client of a server that counts, and the server's side of it. */
async function openCounting(count: number) {
  const server = await ScriptedServer.start(counting(count));
  return { server, ...observedClient({ socketPath: server.socketPath, newIdPrefix: () => 'p' }) };
}

async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

describe('a stream', () => {
  it.each([0, 1, 31, 32, 33, 64, 65, 1_000])('gives its %d items in their order, and ends', async (count) => {
    const { client, server } = await openCounting(count);
    expect(await all(client.stream('/count'))).toEqual(Array.from({ length: count }, (_, n) => n));
    expect(client.pendingCalls).toBe(0);
    expect((await server.peer()).requests[0]).toMatchObject({ v: 2, ipcReqID: 'p.0', more: true, credit: 64 });
  });

  it('asks for nothing before its first item is asked for', async () => {
    const { client, states } = await openCounting(3);
    const stream = client.stream('/count');
    await turns();
    expect(states).toEqual([]);
    expect(await all(stream)).toEqual([0, 1, 2]);
  });

  it.each([1, 2, 3, 10, 64])('never has more than its credit of %d on the way or unread', async (credit) => {
    const { client, server } = await openCounting(500);
    const stream = client.stream('/count', {}, { credit });
    let most = 0;
    let read = 0;
    for (;;) {
      const { done } = await stream.next();
      if (done) break;
      read++;
      if (read % 50 === 0) await turns(3);
      const { requests } = await server.peer();
      const granted = requests
        .filter(({ uri }) => uri === '/ipcserver/credit')
        .reduce((sum, { data }) => sum + (data as { n: number }).n, credit);
      expect(granted - read).toBeLessThanOrEqual(credit);
      most = Math.max(most, stream.buffered);
    }
    expect(read).toBe(500);
    expect(most).toBeLessThan(credit + 1);
    const grants = (await server.peer()).to('/ipcserver/credit');
    // Half the credit at a time: a grant for every item would cost as much as the items.
    expect(grants.length).toBeLessThanOrEqual(Math.ceil(500 / Math.ceil(credit / 2)));
  });

  it('ends by an error, also where the server says that more follows', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      peer.answer(request, { seq: 0, data: 'item', continues: true });
      peer.answer(request, { seq: 1, code: 'orders.sold_out', message: 'none left', continues: true });
    });
    const { client } = observedClient({ socketPath });
    const stream = client.stream('/x');
    expect(await stream.next()).toEqual({ done: false, value: 'item' });
    expect(await failureOf(stream.next())).toMatchObject({ code: 'orders.sold_out', origin: 'remote', sent: true });
    expect(client.pendingCalls).toBe(0);
  });

  it('holds up a server whose reader is slow', async () => {
    const { client, server } = await openCounting(1_000);
    const stream = client.stream('/count', {}, { credit: 8 });
    await stream.next();
    await turns(20);
    expect(stream.buffered).toBe(7);
    expect((await server.peer()).to('/ipcserver/credit')).toEqual([]);
    await stream.return();
  });

  it('tells the server of what a slow reader has read before it is half of its credit', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start(counting(100));
    const { client } = observedClient({ socketPath: server.socketPath, clock });
    const stream = client.stream('/count');
    for (let item = 0; item < 7; item++) {
      clock.advance(100);
      await stream.next();
    }
    await turns(20);
    const grants = (await server.peer()).to('/ipcserver/credit').map(({ data }) => (data as { n: number }).n);
    expect(grants).toEqual([4, 3]);
    await stream.return();
  });

  it.each<[string, (stream: AsyncIterableIterator<unknown>) => Promise<unknown>]>([
    [
      'leaving the loop',
      async (stream) => {
        for await (const item of stream) if (item === 2) break;
      },
    ],
    [
      'an error in the loop',
      (stream) =>
        (async () => {
          for await (const item of stream) if (item === 2) throw new Error('mine');
        })().catch(() => undefined),
    ],
    ['return()', async (stream) => [await stream.next(), await stream.return?.()]],
    [
      'throw()',
      async (stream) => [await stream.next(), await stream.throw?.(new Error('mine')).catch(() => undefined)],
    ],
    [
      'the end of await using',
      async (stream) => {
        await using using = stream as AsyncIterableIterator<unknown> & AsyncDisposable;
        await using.next();
      },
    ],
  ])('is cancelled by %s, once, and is over', async (_, leave) => {
    const { client, server, noticed } = await openCounting(1_000);
    const stream = client.stream('/count');
    await leave(stream);
    expect(client.pendingCalls).toBe(0);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(stream.buffered).toBe(0);
    await noticed('late');
    await stream.return();
    await client.call('/ipcserver/test/echo', 1, { timeoutMs: 50 }).catch(() => undefined);
    const cancels = (await server.peer()).to('/ipcserver/cancel');
    expect(cancels.map(({ data }) => data)).toEqual([{ id: 'p.0' }]);
  });

  it('is given up without a word before it was begun', async () => {
    const { client, states } = await openCounting(3);
    const stream = client.stream('/count');
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expect(await all(stream)).toEqual([]);
    expect(states).toEqual([]);
  });

  it('fails at once when its signal aborts; what was not read yet is dropped', async () => {
    const { client, server } = await openCounting(1_000);
    const abort = new AbortController();
    const stream = client.stream('/count', {}, { signal: abort.signal });
    await stream.next();
    abort.abort();
    expect(await failureOf(stream.next())).toMatchObject({ code: 'cancelled', origin: 'local', sent: true });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    const peer = await server.peer();
    while (peer.to('/ipcserver/cancel').length === 0) await turns(1);
  });

  it('may be asked for several items at once', async () => {
    const { client } = await openCounting(3);
    const stream = client.stream('/count');
    const asked = Array.from({ length: 5 }, () => stream.next());
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual([0, 1, 2, undefined, undefined]);
  });

  it('is bounded as a whole by its timeout, which it has only where one is given', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start((request, peer) =>
      peer.answer(request, { seq: 0, data: 'first', continues: true }),
    );
    const { client } = observedClient({ socketPath: server.socketPath, clock, requestTimeoutMs: 100 });
    const bounded = client.stream('/x', {}, { timeoutMs: 500 });
    const endless = client.stream('/x');
    expect([(await bounded.next()).value, (await endless.next()).value]).toEqual(['first', 'first']);
    const failure = failureOf(bounded.next());
    const closed = failureOf(endless.next());
    clock.advance(540);
    expect(await failure).toMatchObject({ code: 'deadline_exceeded', sent: true });
    expect(client.pendingCalls).toBe(1);
    const [first, second] = (await server.peer()).requests;
    expect([first?.timeout, second?.timeout]).toEqual([500, undefined]);
    // The server ends it by itself: it was told the time.
    expect((await server.peer()).to('/ipcserver/cancel')).toEqual([]);
    await client.close();
    expect(await closed).toMatchObject({ code: 'unavailable' });
  });

  it('gives what came before an error, then the error, then nothing', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      peer.answer(request, { seq: 0, data: 'a', continues: true });
      peer.answer(request, { seq: 1, data: 'b', continues: true });
      peer.answer(request, { code: 'app.broken', message: 'm', details: { at: 2 } });
    });
    const { client } = observedClient({ socketPath });
    const stream = client.stream('/x');
    expect([(await stream.next()).value, (await stream.next()).value]).toEqual(['a', 'b']);
    await turns();
    expect(await failureOf(stream.next())).toMatchObject({ code: 'app.broken', origin: 'remote', details: { at: 2 } });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('gives the one reply of an endpoint that is none', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => peer.reply(request, 'whole'));
    const { client } = observedClient({ socketPath });
    expect(await all(client.stream('/x'))).toEqual(['whole']);
  });

  it.each<[string, object, object]>([
    ['a reply', { data: 1 }, { code: 'unavailable', origin: 'local', sent: true }],
    [
      'no handler',
      { data: { code: 'no_handler_found', message: 'm' } },
      { code: 'no_handler_found', origin: 'remote' },
    ],
  ])('fails clearly at a server of version 1, which has no streams and gives %s', async (_, answer, error) => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.write(`${JSON.stringify({ ipcReqID, ...answer })}\n`),
    );
    const { client } = observedClient({ socketPath });
    const failure = await failureOf(client.stream('/x').next());
    expect(failure).toMatchObject(error);
    if (error instanceof Object && 'sent' in error) {
      expect(unavailableReason(failure)).toBe('no_streams');
      expect(failure.message).toBe('/x was answered in version 1 of the protocol, which has no streams');
    }
  });

  it.each<[string, Script, object]>([
    [
      'more than it was granted',
      (request, peer) => {
        for (let seq = 0; seq < 5; seq++) peer.answer(request, { seq, data: seq, continues: true });
      },
      { code: 'resource_exhausted', message: '/x sent more than the 4 items that it was granted' },
    ],
    [
      'items with a gap',
      (request, peer) => {
        for (const seq of [0, 2]) peer.answer(request, { seq, data: seq, continues: true });
      },
      { code: 'parse_error', message: 'item 1 of /x is missing; the server sent 2' },
    ],
    [
      'items without numbers',
      (request, peer) => peer.answer(request, { data: 0, continues: true }),
      { code: 'parse_error', message: 'item 0 of /x is missing; the server sent one without number' },
    ],
    [
      'an item that cannot be read',
      ({ ipcReqID }, peer) => peer.write(`{"v":2,"ipcReqID":"${ipcReqID}","seq":0,"data":nope}\n`),
      { code: 'parse_error' },
    ],
  ])('is given up where the server sends %s', async (_, script, error) => {
    const server = await ScriptedServer.start((request, peer) => {
      if (request.uri === '/x') script(request, peer);
    });
    const { client } = observedClient({ socketPath: server.socketPath });
    // Nothing is read until all is there: what the reader takes would be granted anew.
    const stream = client.stream('/x', {}, { credit: 4 });
    const first = stream.next().catch((failure: unknown) => failure);
    const peer = await server.peer();
    while (peer.to('/ipcserver/cancel').length === 0) await turns(1);
    const outcomes = [await first];
    while (!(outcomes.at(-1) instanceof Error)) outcomes.push(await stream.next().catch((failure: unknown) => failure));
    expect(outcomes.at(-1)).toMatchObject({ origin: 'local', sent: true, ...error });
    expect(client.pendingCalls).toBe(0);
  });

  it('is repeated while it has given nothing, and not afterwards', async () => {
    const server = await ScriptedServer.start((request, peer) => {
      const index = server.peers.indexOf(peer);
      if (index > 0) peer.answer(request, { seq: 0, data: index, continues: true });
      if (index < 2) peer.socket.end();
    });
    const { client } = observedClient({ socketPath: server.socketPath, reconnectInitialMs: 1 });
    const stream = client.stream({ uri: '/x', idempotent: true, stream: true }, undefined);
    expect((await stream.next()).value).toBe(1);
    expect(await failureOf(stream.next())).toMatchObject({ code: 'unavailable', sent: true });
  });

  it.each<[StreamOptions]>([[{ credit: 0 }], [{ credit: 1.5 }], [{ credit: 1_000_001 }]])(
    'refuses the options %j',
    async (options) => {
      const { client } = observedClient({ socketPath: '/nowhere' });
      const failure = await failureOf(client.stream('/x', {}, options).next());
      expect(failure).toMatchObject({ code: 'invalid_argument' });
      expect(failure.message).toMatch(/credit is .*; give a whole number from 1 to 1000000/);
    },
  );

  it('fails with its client', async () => {
    const server = await ScriptedServer.start(silent);
    const { client } = observedClient({ socketPath: server.socketPath });
    const next = failureOf(client.stream('/x').next());
    await (await server.peer()).request();
    await client.close();
    expect(unavailableReason(await next)).toBe('closed');
  });
});
