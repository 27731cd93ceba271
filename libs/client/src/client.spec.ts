import { describe, expect, it } from 'vitest';
import { ManualClock } from './testing/manual-clock';
import { failureOf, openClient } from './testing/open-client';
import { echo, ScriptedServer, silent, type SeenRequest } from './testing/scripted-server';

describe('Client, calling', () => {
  it('sends requests as the original does and resolves to the data of the reply', async () => {
    const server = await ScriptedServer.start();
    const { socketPath } = server;
    const { client } = await openClient({ socketPath, userAgent: 'test' });
    expect(await client.call('/a', { x: [1, 'é😀', null] })).toEqual({ x: [1, 'é😀', null] });
    expect(await client.call('/b', undefined)).toBeUndefined();
    const claim = { pid: process.pid, userAgent: 'test' };
    expect((await server.peer()).requests).toEqual([
      { ipcReqID: 'rq0', uri: '/a', data: { x: [1, 'é😀', null] }, ...claim },
      { ipcReqID: 'rq1', uri: '/b', ...claim },
    ]);
  });

  it('reads replies in pieces of one byte', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      const bytes = Buffer.from(`\r\n  ${JSON.stringify({ ipcReqID: request.ipcReqID, data: 'é😀' })}\r\n`);
      let at = 0;
      const drip = (): void => {
        peer.socket.write(bytes.subarray(at, ++at));
        if (at < bytes.length) setImmediate(drip);
      };
      drip();
    });
    const { client } = await openClient({ socketPath });
    expect(await client.call('/x', {})).toBe('é😀');
  });

  it('matches replies that come together and in another order', async () => {
    const waiting: SeenRequest[] = [];
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      waiting.push(request);
      if (waiting.length < 100) return;
      const replies = waiting.reverse().map(({ ipcReqID, data }) => JSON.stringify({ data, ipcReqID }));
      peer.write(`${replies.join('\n')}\n`);
    });
    const { client } = await openClient({ socketPath });
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

  it.each([
    ['an error reply', { code: 'no_uri', message: 'Missing' }, { code: 'no_uri', message: 'Missing' }],
    ['an error reply in both shapes', { code: 'a', message: 'b', data: { code: 'a', message: 'b' } }, { code: 'a' }],
    [
      "the original's unknown uri",
      { data: { code: 'no_handler_found', message: 'No handler found for /x' } },
      { code: 'no_handler_found', message: 'No handler found for /x' },
    ],
  ])('rejects with %s', async (_, envelope, error) => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.write(`${JSON.stringify({ ipcReqID, ...envelope })}\n`),
    );
    const { client } = await openClient({ socketPath });
    const failure = await failureOf(client.call('/x', {}));
    expect(failure).toMatchObject({ name: 'IpcError', origin: 'remote', sent: true, expose: false, ...error });
  });

  it('takes any other code in the data for data', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => peer.reply(request, { code: 'mine' }));
    const { client } = await openClient({ socketPath });
    expect(await client.call('/x', {})).toEqual({ code: 'mine' });
  });

  it('gives start() the whole reply, errors as they came', async () => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.write(`${JSON.stringify({ ipcReqID, code: 'c', message: 'm', extra: 1 })}\n`),
    );
    const { client } = await openClient({ socketPath });
    const outcome = await new Promise((resolve) =>
      client.start('/x', {}, { settle: (error, reply) => resolve([error, reply?.message]) }),
    );
    expect(outcome).toEqual([undefined, { ipcReqID: 'rq0', code: 'c', message: 'm', extra: 1 }]);
  });

  it('never settles a call before it was made', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = await openClient({ socketPath });
    await client.close();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        order.push('settled');
        resolve();
      };
      client.start('/x', {}, { settle });
      order.push('made');
    });
    expect(order).toEqual(['made', 'settled']);
  });
});

describe('Client, ids', () => {
  const strays = ['constructor', '__proto__', 'toString', 'rq7', 'rq00', '', 7, 0];

  it('is not harmed by replies that nobody asked for', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      for (const ipcReqID of strays) peer.write(`${JSON.stringify({ ipcReqID, data: 'stray' })}\n`);
      peer.reply(request, 'mine');
    });
    const { client, notices } = await openClient({ socketPath });
    expect(await client.call('/x', {})).toBe('mine');
    const unmatched = notices.filter(({ kind }) => kind === 'unmatched');
    expect(unmatched).toHaveLength(strays.length);
    expect(client.pendingCalls).toBe(0);
  });

  it('takes a second reply to one call for a late one', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      peer.reply(request, 1);
      peer.reply(request, 2);
    });
    const { client, notices, noticed } = await openClient({ socketPath });
    expect(await client.call('/x', {})).toBe(1);
    expect((await noticed('late')).reply.data).toBe(2);
    expect(notices.map(({ kind }) => kind)).toEqual(['opened', 'late']);
  });

  it('takes the reply after a timeout for a late one', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start(silent);
    const { socketPath } = server;
    const { client, noticed } = await openClient({ socketPath, clock, requestTimeoutMs: 500 });
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
    expect((await noticed('late')).reply.id).toBe('rq0');
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
    const { client, notices } = await openClient({ socketPath });
    await client.call('/x', {});
    const pushes = notices.flatMap((notice) => (notice.kind === 'push' ? [notice.reply] : []));
    expect(pushes.map(({ message }) => message)).toEqual([
      { event: 'tick' },
      { ipcReqID: null, data: 2 },
      { ipcReqID: null, code: 'parse_error', message: 'm' },
    ]);
    expect(pushes.map(({ error }) => error?.code)).toEqual([undefined, undefined, 'parse_error']);
  });

  it('lets a call choose its own deadline, or none', async () => {
    const clock = new ManualClock();
    const { socketPath } = await ScriptedServer.start(silent);
    const { client } = await openClient({ socketPath, clock });
    const soon = failureOf(client.call('/x', {}, { timeoutMs: 10 }));
    const never = failureOf(client.call('/x', {}, { timeoutMs: 0 }));
    clock.advance(60);
    expect(await soon).toMatchObject({ code: 'deadline_exceeded' });
    clock.advance(100_000_000);
    expect(client.pendingCalls).toBe(1);
    await client.close();
    expect(await never).toMatchObject({ code: 'unavailable' });
  });
});
