import type { IpcError } from '@pixl-ipc/protocol';
import { getEventListeners, getMaxListeners, setMaxListeners } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ClientNotice } from './notice';
import { ManualClock } from './testing/manual-clock';
import { failureOf, observedClient, openClient, turns } from './testing/open-client';
import { echo, ScriptedServer, silent, type Peer, type SeenRequest } from './testing/scripted-server';

function circular(): object {
  const itself: { itself?: object } = {};
  itself.itself = itself;
  return itself;
}

const newIdPrefix = (): string => 'p';

describe('IpcClient, calling', () => {
  it('says what it wants in version 2, and resolves to the data of the reply', async () => {
    const server = await ScriptedServer.start();
    const { client } = await openClient({ socketPath: server.socketPath, userAgent: 'test', newIdPrefix });
    expect(await client.call('/a', { x: [1, 'é😀', null] })).toEqual({ x: [1, 'é😀', null] });
    expect(await client.call('/b', undefined, { timeoutMs: 0 })).toBeUndefined();
    const told = { idempotent: true, hash: '31830e97ee6f', uri: '/c' };
    const meta = { traceparent: '00-1' };
    expect(await client.call(told, 1, { meta, timeoutMs: 250 })).toBe(1);
    const claim = { pid: process.pid, userAgent: 'test' };
    expect((await server.peer()).requests).toEqual([
      { v: 2, ipcReqID: 'p.0', uri: '/a', data: { x: [1, 'é😀', null] }, timeout: 10_000, ...claim },
      { v: 2, ipcReqID: 'p.1', uri: '/b', ...claim },
      { v: 2, ipcReqID: 'p.2', uri: '/c', data: 1, timeout: 250, meta, contract: '31830e97ee6f', ...claim },
    ]);
  });

  it('gives each connection ids that no other has', async () => {
    const server = await ScriptedServer.start();
    for (let count = 0; count < 3; count++) {
      const { client } = observedClient({ socketPath: server.socketPath });
      await client.call('/x');
    }
    const ids = server.peers.flatMap(({ requests }) => requests.map(({ ipcReqID }) => ipcReqID));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[\w-]{8}\.0$/);
  });

  it('reads replies in pieces of one byte', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      const bytes = Buffer.from(`\r\n  ${JSON.stringify({ v: 2, ipcReqID: request.ipcReqID, data: 'é😀' })}\r\n`);
      let at = 0;
      const drip = (): void => {
        peer.socket.write(bytes.subarray(at, ++at));
        if (at < bytes.length) setImmediate(drip);
      };
      drip();
    });
    const { client } = observedClient({ socketPath });
    expect(await client.call('/x', {})).toBe('é😀');
  });

  it('matches replies that come together and in another order', async () => {
    const waiting: SeenRequest[] = [];
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      waiting.push(request);
      if (waiting.length < 100) return;
      const replies = waiting.reverse().map(({ ipcReqID, data }) => JSON.stringify({ data, ipcReqID, v: 2 }));
      peer.write(`${replies.join('\n')}\n`);
    });
    const { client } = observedClient({ socketPath });
    const calls = Array.from({ length: 100 }, (_, n) => client.call('/x', n));
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('serves ten thousand calls in flight, and refuses one more', async () => {
    const waiting: SeenRequest[] = [];
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      waiting.push(request);
      if (waiting.length === 10_000) for (const one of waiting) peer.reply(one, one.data);
    });
    const { client } = await openClient({ socketPath });
    const calls = Array.from({ length: 10_000 }, (_, n) => client.call('/x', n));
    expect(client.pendingCalls).toBe(10_000);
    expect(await failureOf(client.call('/x', 0))).toMatchObject({
      code: 'resource_exhausted',
      sent: false,
      message: '10000 calls are in flight, limit 10000; wait or raise maxPending',
    });
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
    expect(client.pendingCalls).toBe(0);
  });

  it('sends what the data held when the call was made', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = observedClient({ socketPath });
    const data = { n: 1 };
    const waiting = client.call('/x', data);
    data.n = 2;
    expect(await waiting).toEqual({ n: 1 });
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a uri that is none', () => undefined, /uri is undefined; give the uri of an endpoint, or its contract/],
    ['an empty uri', () => '', /uri is ""/],
    ['an endpoint without uri', () => ({}), /uri is undefined/],
    ['a BigInt for a uri', () => 7n, /uri is 7n/],
    ['a symbol for a uri', () => Symbol('x'), /uri is Symbol\(x\)/],
    ['a uri that holds itself', () => ({ uri: [circular()] }), /uri is \[ \[Object\] \]/],
  ])('refuses %s', async (_, uri, message) => {
    const { client, states } = observedClient({ socketPath: '/nowhere' });
    const failure = await failureOf(client.call(uri() as string));
    expect(failure).toMatchObject({ code: 'invalid_argument', origin: 'local', sent: false });
    expect(failure.message).toMatch(message);
    expect(states).toEqual([]);
  });

  it.each<[unknown, string]>([
    [-1, '-1'],
    [NaN, 'NaN'],
    ['soon', '"soon"'],
    ['200', '"200"'],
    [true, 'true'],
    [200n, '200n'],
    [Symbol('soon'), 'Symbol(soon)'],
    [Object.create(null), '[Object: null prototype] {}'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
  ])('refuses to wait for %o ms', async (timeoutMs, shown) => {
    const { client } = observedClient({ socketPath: '/nowhere' });
    const failure = await failureOf(client.call('/x', {}, { timeoutMs: timeoutMs as number }));
    expect(failure).toMatchObject({
      code: 'invalid_argument',
      message: `timeoutMs is ${shown}; give milliseconds, 0 for ever`,
    });
  });

  it('refuses a credit that is none', async () => {
    const { client } = observedClient({ socketPath: '/nowhere' });
    const failure = await failureOf(client.stream('/x', {}, { credit: Symbol('x') as unknown as number }).next());
    expect(failure).toMatchObject({ code: 'invalid_argument', origin: 'local', sent: false });
    expect(failure.message).toMatch(/^credit is Symbol\(x\); give a whole number/);
  });

  it('takes null for no options', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      if (!request.oneway) echo(request, peer);
    });
    const { client } = observedClient({ socketPath });
    const none = null as unknown as undefined;
    expect(await client.call('/x', 1, none)).toBe(1);
    await client.notify('/x', 1, none);
    expect(await client.stream('/x', 1, none).next()).toEqual({ done: false, value: 1 });
  });

  it('refuses a signal that is none, before anything is sent', async () => {
    const { client, states } = observedClient({ socketPath: '/nowhere' });
    const signal = new AbortController() as unknown as AbortSignal;
    const failure = await failureOf(client.call('/x', {}, { signal }));
    expect(failure).toMatchObject({ code: 'invalid_argument', origin: 'local', sent: false });
    expect(failure.message).toBe('signal is no AbortSignal; give the signal of an AbortController');
    expect(states).toEqual([]);
  });
});

describe('IpcClient, errors of the server', () => {
  it.each<[string, object, object]>([
    [
      'a code of the protocol',
      { v: 2, code: 'invalid_argument', message: 'no', details: { issues: [] } },
      { code: 'invalid_argument', message: 'no', details: { issues: [] } },
    ],
    [
      'a code of the application',
      { v: 2, code: 'orders.sold_out', message: 'none left', details: { left: 0 } },
      { code: 'orders.sold_out', details: { left: 0 } },
    ],
    [
      'a code that it does not know',
      { v: 2, code: 'brand_new', message: 'm', details: 7 },
      { code: 'internal', message: 'm', details: { code: 'brand_new', details: 7 } },
    ],
    [
      'when to try again',
      { v: 2, code: 'resource_exhausted', message: 'm', retryAfter: 250 },
      { code: 'resource_exhausted', retryAfterMs: 250 },
    ],
    [
      'version 1’s, in both shapes',
      { code: 'internal', message: 'b', data: { code: 'internal', message: 'b' } },
      { code: 'internal', message: 'b' },
    ],
    [
      "the original's unknown uri",
      { data: { code: 'no_handler_found', message: 'No handler found for /x' } },
      { code: 'no_handler_found', message: 'No handler found for /x' },
    ],
  ])('rejects with %s', async (_, envelope, error) => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.write(`${JSON.stringify({ ipcReqID, ...envelope })}\n`),
    );
    const { client } = observedClient({ socketPath });
    const failure = await failureOf(client.call('/x', {}));
    expect(failure).toMatchObject({ name: 'IpcError', origin: 'remote', sent: true, expose: false, ...error });
  });

  it.each([
    ['version 2', { v: 2, data: { code: 'no_handler_found', message: 'mine' } }],
    ['version 1', { data: { code: 'mine' } }],
  ])('takes a code in the data of %s for data', async (_, envelope) => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.write(`${JSON.stringify({ ipcReqID, ...envelope })}\n`),
    );
    const { client } = observedClient({ socketPath });
    expect(await client.call('/x', {})).toEqual(envelope.data);
  });
});

describe('IpcClient, ids', () => {
  const strays = ['constructor', '__proto__', 'toString', 'rq0', 'p.7', 'p.00', '', 7, 0];

  it('is not harmed by replies that nobody asked for', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      for (const ipcReqID of strays) peer.write(`${JSON.stringify({ v: 2, ipcReqID, data: 'stray' })}\n`);
      peer.reply(request, 'mine');
    });
    const { client, kinds } = observedClient({ socketPath, newIdPrefix });
    expect(await client.call('/x', {})).toBe('mine');
    expect(kinds().filter((kind) => kind === 'unmatched')).toHaveLength(strays.length);
    expect(client.pendingCalls).toBe(0);
  });

  it('takes a second reply to one call for a late one', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      peer.reply(request, 1);
      peer.reply(request, 2);
    });
    const { client, kinds, noticed } = observedClient({ socketPath });
    expect(await client.call('/x', {})).toBe(1);
    expect((await noticed('late')).reply.data).toBe(2);
    expect(kinds()).toEqual(['opened', 'late']);
  });

  it('takes the reply after a timeout for a late one', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start(silent);
    const { client, noticed } = observedClient({
      socketPath: server.socketPath,
      clock,
      requestTimeoutMs: 500,
      newIdPrefix,
    });
    const failure = failureOf(client.call('/slow', {}));
    const peer = await server.peer();
    const request = await peer.request();
    clock.advance(540);
    expect(await failure).toMatchObject({
      code: 'deadline_exceeded',
      origin: 'local',
      sent: true,
      message: 'no reply from /slow within 500 ms',
    });
    peer.reply(request, 'late');
    expect((await noticed('late')).reply.id).toBe('p.0');
  });

  it('takes a reply that came in time, though the process was busy until the deadline was over', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      echo(request, peer);
      const busy = performance.now() + 100;
      while (performance.now() < busy);
    });
    const { client } = await openClient({ socketPath, requestTimeoutMs: 50 });
    expect(await client.call('/x', 1)).toBe(1);
  });

  it('tells of messages without an id', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      peer.write(
        '{"event":"tick"}\n{"ipcReqID":null,"data":2}\n{"ipcReqID":null,"code":"parse_error","message":"m"}\n',
      );
      echo(request, peer);
    });
    const { client, notices } = observedClient({ socketPath });
    await client.call('/x', {});
    const pushes = notices.flatMap((notice) => (notice.kind === 'push' ? [notice.reply] : []));
    expect(pushes.map(({ message }) => message)).toEqual([
      { event: 'tick' },
      { ipcReqID: null, data: 2 },
      { ipcReqID: null, code: 'parse_error', message: 'm' },
    ]);
    expect(pushes.map(({ error }) => error?.code)).toEqual([undefined, undefined, 'parse_error']);
  });
});

describe('IpcClient, deadlines', () => {
  it('lets a call choose its own, or none', async () => {
    const clock = new ManualClock();
    const { socketPath } = await ScriptedServer.start(silent);
    const { client } = await openClient({ socketPath, clock });
    const soon = failureOf(client.call('/x', {}, { timeoutMs: 10 }));
    const never = failureOf(client.call('/x', {}, { timeoutMs: 0 }));
    const neverEither = failureOf(client.call('/x', {}, { timeoutMs: Infinity }));
    clock.advance(60);
    expect(await soon).toMatchObject({ code: 'deadline_exceeded' });
    clock.advance(100_000_000);
    expect(client.pendingCalls).toBe(2);
    await client.close();
    for (const failure of [never, neverEither]) expect(await failure).toMatchObject({ code: 'unavailable' });
  });

  it('tells the server what is left when the request leaves, and when nobody waits any more: it may have read it late', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start(silent);
    await server.stop();
    const { client, noticed } = observedClient({ socketPath: server.socketPath, clock, random: () => 0.5 });
    const call = failureOf(client.call('/x', {}, { timeoutMs: 1_000 }));
    await noticed('retry');
    await server.listen();
    clock.advance(300.2);
    const peer = await server.peer();
    expect((await peer.request()).timeout).toBe(700);
    clock.advance(720);
    expect(await call).toMatchObject({ code: 'deadline_exceeded', sent: true });
    await client.close();
    await peer.ended();
    const [request, cancel, ...more] = peer.requests;
    expect(cancel).toMatchObject({ uri: '/ipcserver/cancel', data: { id: request?.ipcReqID }, oneway: true });
    expect(more).toEqual([]);
  });

  it.each<[string, (request: SeenRequest, peer: Peer) => void]>([
    ['was answered', (request, peer) => request.uri === '/x' && echo(request, peer)],
    [
      'a server of version 1 has not answered',
      ({ ipcReqID, uri }, peer) => uri === '/known' && peer.write(`{"ipcReqID":"${ipcReqID}","data":1}\n`),
    ],
  ])('says nothing more of a call that %s', async (_, script) => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start(script);
    const { client } = await openClient({ socketPath: server.socketPath, clock });
    const known = client.call('/known', 1, { timeoutMs: 0 }).catch(() => undefined);
    await Promise.allSettled([client.call('/x', 1, { timeoutMs: 100 }), turns().then(() => clock.advance(120))]);
    await client.close();
    await known;
    const peer = await server.peer();
    await peer.ended();
    expect(peer.requests.map(({ uri }) => uri)).toEqual(['/known', '/x']);
  });
});

describe('IpcClient, cancelling', () => {
  it('fails a call at once when its signal aborts, and tells the server', async () => {
    const server = await ScriptedServer.start(silent);
    const { client, noticed } = observedClient({ socketPath: server.socketPath, newIdPrefix });
    const abort = new AbortController();
    const call = failureOf(client.call('/x', {}, { signal: abort.signal }));
    const peer = await server.peer();
    const request = await peer.request();
    abort.abort(new Error('enough'));
    expect(client.pendingCalls).toBe(0);
    const failure: IpcError = await call;
    expect(failure).toMatchObject({
      code: 'cancelled',
      origin: 'local',
      sent: true,
      message: 'call to /x was cancelled by its caller',
      cause: { message: 'enough' },
    });
    expect(await peer.request(1)).toMatchObject({
      v: 2,
      ipcReqID: 'p.1',
      uri: '/ipcserver/cancel',
      data: { id: 'p.0' },
      oneway: true,
    });
    peer.answer(request, { code: 'cancelled', message: 'given up' });
    await noticed('late');
  });

  it('sends nothing for a call whose signal is aborted already', async () => {
    const { client, states } = observedClient({ socketPath: '/nowhere' });
    const failure = await failureOf(client.call('/x', {}, { signal: AbortSignal.abort() }));
    expect(failure).toMatchObject({ code: 'cancelled', sent: false });
    expect(states).toEqual([]);
  });

  it('takes a waiting call out of the queue', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start();
    await server.stop();
    const { client, noticed } = observedClient({ socketPath: server.socketPath, clock });
    const abort = new AbortController();
    const given = failureOf(client.call('/given-up', {}, { signal: abort.signal }));
    const other = client.call('/other', 1);
    await noticed('retry');
    abort.abort();
    expect(await given).toMatchObject({ code: 'cancelled', sent: false });
    await server.listen();
    clock.advance(5_000);
    expect(await other).toBe(1);
    expect((await server.peer()).requests.map(({ uri }) => uri)).toEqual(['/other']);
  });

  it('cancels a call whose data aborts it while it is serialised', async () => {
    const server = await ScriptedServer.start(silent);
    const { client } = await openClient({ socketPath: server.socketPath });
    const abort = new AbortController();
    const data = { toJSON: () => (abort.abort(), 1) };
    expect(await failureOf(client.call('/x', data, { signal: abort.signal }))).toMatchObject({ code: 'cancelled' });
    expect(client.pendingCalls).toBe(0);
  });

  it('leaves nothing at a signal that outlives its calls', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = observedClient({ socketPath });
    const abort = new AbortController();
    let listeners = 0;
    const { signal } = abort;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await Promise.all(Array.from({ length: 20 }, () => client.call('/x', {}, { signal })));
    expect(listeners).toBe(0);
  });

  it('has any number of calls share a signal, whose owner says how many listeners it may have', async () => {
    const server = await ScriptedServer.start(silent);
    const { client } = observedClient({ socketPath: server.socketPath });
    const abort = new AbortController();
    const { signal } = abort;
    setMaxListeners(3, signal);
    const warned: Error[] = [];
    const onWarning = (warning: Error): void => void warned.push(warning);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const calls = Array.from({ length: 20 }, (_, n) => client.call('/x', n, { signal }));
    const items = client.stream('/x', 20, { signal }).next();
    await (await server.peer()).received(21);
    expect([getMaxListeners(signal), getEventListeners(signal, 'abort').length, warned]).toEqual([3, 1, []]);
    abort.abort();
    for (const call of [...calls, items]) expect(await failureOf(call)).toMatchObject({ code: 'cancelled' });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(client.pendingCalls).toBe(0);
  });

  it('tells a server of version 1, which would not understand, nothing', async () => {
    const server = await ScriptedServer.start(({ ipcReqID, uri, data }, peer) => {
      if (uri !== '/hang') peer.write(`${JSON.stringify({ ipcReqID, data })}\n`);
    });
    const { client } = observedClient({ socketPath: server.socketPath });
    await client.call('/x');
    const abort = new AbortController();
    const call = failureOf(client.call('/hang', {}, { signal: abort.signal }));
    await (await server.peer()).received(2);
    abort.abort();
    expect(await call).toMatchObject({ code: 'cancelled', sent: true });
    await client.call('/x');
    expect((await server.peer()).requests.map(({ uri }) => uri)).toEqual(['/x', '/hang', '/x']);
  });
});

describe('IpcClient, notifying', () => {
  it('resolves when the kernel has the message, and waits for no reply', async () => {
    const server = await ScriptedServer.start(silent);
    const { client } = observedClient({ socketPath: server.socketPath, newIdPrefix });
    await client.notify('/log', { line: 1 });
    expect(client.pendingCalls).toBe(0);
    const request = await (await server.peer()).request();
    expect(request).toEqual({
      v: 2,
      ipcReqID: 'p.0',
      uri: '/log',
      data: { line: 1 },
      oneway: true,
      pid: process.pid,
      userAgent: 'Node/IpcClient',
    });
  });

  it('drops the answer of a server that does not know what oneway is', async () => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.write(`${JSON.stringify({ ipcReqID, data: { code: 'no_handler_found', message: 'm' } })}\n`),
    );
    const { client, noticed } = observedClient({ socketPath });
    await client.notify('/log');
    expect((await noticed('late')).reply.data).toMatchObject({ code: 'no_handler_found' });
  });

  it('fails at its deadline where the server does not read', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start(silent);
    const { client } = await openClient({ socketPath: server.socketPath, clock, closeTimeoutMs: 0 });
    (await server.peer()).socket.pause();
    const notified = failureOf(client.notify('/x', 'x'.repeat(4_000_000), { timeoutMs: 100 }));
    clock.advance(140);
    expect(await notified).toMatchObject({
      code: 'deadline_exceeded',
      sent: true,
      message: 'message to /x was not taken by the server within 100 ms',
    });
    const closed = client.close();
    clock.advance(0);
    await closed;
  });

  it('is not lost by a close() that follows', async () => {
    const server = await ScriptedServer.start(silent);
    const { client } = await openClient({ socketPath: server.socketPath });
    const notified = client.notify('/x', 1);
    await client.close();
    await notified;
    expect(await (await server.peer()).request()).toMatchObject({ uri: '/x', data: 1 });
  });
});

describe('IpcClient, events', () => {
  it('tells what happens, each under its name, and every change of state', async () => {
    const server = await ScriptedServer.start();
    const { client, kinds, states, noticed } = observedClient({ socketPath: server.socketPath, reconnectInitialMs: 1 });
    expect(client.state).toBe('idle');
    await client.call('/x');
    (await server.peer()).socket.destroy();
    await noticed('lost');
    await client.call('/x');
    await client.close();
    expect(kinds()).toEqual(['opened', 'lost', 'retry', 'opened']);
    expect(states).toEqual(['connecting', 'open', 'reconnecting', 'open', 'closed']);
    expect(client.state).toBe('closed');
  });

  it('is not harmed by a listener that throws', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = observedClient({ socketPath });
    const uncaught: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => uncaught.push(error.message));
    try {
      client.on('opened', (notice: ClientNotice) => {
        throw new Error(`from ${notice.kind}`);
      });
      expect(await client.call('/x', 1)).toBe(1);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
    expect(uncaught).toEqual(['from opened']);
  });
});
