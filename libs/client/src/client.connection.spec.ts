import type { IpcError } from '@pixl-ipc/protocol';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unavailableReason } from './local-error';
import { ManualClock } from './testing/manual-clock';
import { failureOf, observedClient, openClient } from './testing/open-client';
import { echo, ScriptedServer, silent, temporaryDirectory, type Peer } from './testing/scripted-server';

/** Ways in which a server goes, with what the client's error says of it. */
const ENDINGS: readonly [string, (peer: Peer) => void, RegExp][] = [
  ['FIN', (peer) => peer.socket.end(), /the server closed it/],
  ['an RST', (peer) => peer.socket.destroy(), /ECONNRESET|EPIPE|the server closed it/],
];

describe('Client, connecting', () => {
  it('says what is wrong and does not try again by itself', async () => {
    const clock = new ManualClock();
    const { client, notices } = observedClient({ socketPath: join(temporaryDirectory(), 'none'), clock });
    const failure = (await failureOf(client.connect())) as IpcError;
    expect(failure).toMatchObject({ code: 'unavailable', origin: 'local', sent: false, expose: false });
    expect(failure.message).toMatch(/cannot connect to .*none: ENOENT; start the server, or correct the path/);
    expect(unavailableReason(failure)).toBe('connect_failed');
    expect(notices).toEqual([{ kind: 'connect_failed', error: failure }]);
    expect(clock.timers).toBe(0);
  });

  it('refuses a path that is no socket', async () => {
    const socketPath = join(temporaryDirectory(), 'file');
    writeFileSync(socketPath, '');
    const { client } = observedClient({ socketPath });
    expect(await failureOf(client.connect())).toMatchObject({ code: 'unavailable' });
  });

  it('opens one connection for many connect(), and none for a later one', async () => {
    const server = await ScriptedServer.start();
    const { client } = observedClient({ socketPath: server.socketPath });
    await Promise.all([client.connect(), client.connect()]);
    await client.connect();
    await client.call('/x', {});
    expect(server.peers).toHaveLength(1);
  });

  it('fails a call at once where no connection is open', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = observedClient({ socketPath });
    const failure = (await failureOf(client.call('/x', {}))) as IpcError;
    expect(failure).toMatchObject({ code: 'unavailable', sent: false });
    expect(unavailableReason(failure)).toBe('not_open');
  });
});

describe('Client, losing its connection', () => {
  it.each(ENDINGS)('settles every pending call after %s, and connects anew', async (_, end, message) => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start((request, peer) => {
      if (request.uri === '/echo') echo(request, peer);
    });
    const { client, notices, noticed } = await openClient({ socketPath: server.socketPath, clock });
    const calls = Array.from({ length: 50 }, () => failureOf(client.call('/hang', {})));
    const peer = await server.peer();
    await peer.received(50);
    end(peer);
    const failures = (await Promise.all(calls)) as IpcError[];
    for (const failure of failures) expect(failure).toMatchObject({ code: 'unavailable', origin: 'local', sent: true });
    expect(failures[0]?.message).toMatch(message);
    expect(await noticed('lost')).toMatchObject({ pendingCalls: 50 });
    expect(client.isOpen).toBe(false);

    clock.advance((await noticed('retry')).delayMs);
    await client.connect();
    expect(await client.call('/echo', 1)).toBe(1);
    expect(notices.map(({ kind }) => kind)).toEqual(['opened', 'lost', 'retry', 'opened']);
  });

  it('settles pending calls after an RST with unread input', async () => {
    const server = await ScriptedServer.start(silent);
    const { socketPath } = server;
    const { client, noticed } = await openClient({ socketPath });
    const peer = await server.peer();
    peer.socket.pause();
    const call = failureOf(client.call('/x', 'x'.repeat(1_000_000)));
    await new Promise((resolve) => setImmediate(resolve));
    peer.socket.destroy();
    expect(await call).toMatchObject({ code: 'unavailable', sent: true });
    expect((await noticed('lost')).error.message).toMatch(/ECONNRESET|EPIPE/);
  });

  it('takes a last reply that lacks only the end of its line', async () => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.socket.end(`{"ipcReqID":"${ipcReqID}","data":1}`),
    );
    const { client } = await openClient({ socketPath });
    expect(await client.call('/x', {})).toBe(1);
  });

  it('tells once of a connection that ends within a reply', async () => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.socket.end(`{"ipcReqID":"${ipcReqID}","da`),
    );
    const { client, notices } = await openClient({ socketPath, reconnectInitialMs: 0 });
    expect(await failureOf(client.call('/x', {}))).toMatchObject({ code: 'unavailable', sent: true });
    expect(notices.map(({ kind }) => kind)).toEqual(['opened', 'lost']);
  });

  it('waits longer after each connection that did not hold, and starts over after one that did', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start();
    const { client, notices } = await openClient({
      socketPath: server.socketPath,
      clock,
      random: () => 0.5,
      reconnectInitialMs: 100,
      reconnectMaxMs: 400,
    });
    const lose = async (index: number): Promise<void> => {
      (await server.peer(index)).socket.end();
      while (client.isOpen) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(400);
      await client.connect();
    };
    for (let index = 0; index < 4; index++) await lose(index);
    clock.advance(400);
    await lose(4);
    const delays = notices.flatMap((notice) => (notice.kind === 'retry' ? [notice.delayMs] : []));
    expect(delays).toEqual([50, 100, 200, 200, 50]);
  });

  it('does not try again where reconnecting is off', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start();
    const { notices, noticed } = await openClient({ socketPath: server.socketPath, clock, reconnectInitialMs: 0 });
    (await server.peer()).socket.end();
    await noticed('lost');
    expect(clock.timers).toBe(0);
    expect(notices.map(({ kind }) => kind)).toEqual(['opened', 'lost']);
  });

  it('spreads a hundred clients that lose one server over the ceiling', async () => {
    const server = await ScriptedServer.start();
    const clock = new ManualClock();
    const options = { socketPath: server.socketPath, clock, reconnectInitialMs: 1_000, reconnectMaxMs: 4_000 };
    const clients = await Promise.all(Array.from({ length: 100 }, () => openClient(options)));
    await server.stop();
    const retries = await Promise.all(clients.map(({ noticed }) => noticed('retry')));
    const delays = retries.map(({ delayMs }) => delayMs).sort((a, b) => a - b);
    console.log(`100 clients come back between ${delays.at(0)?.toFixed()} and ${delays.at(-1)?.toFixed()} ms`);
    expect(delays.at(0)).toBeLessThan(200);
    expect(delays.at(-1)).toBeGreaterThan(800);
    expect(new Set(delays.map((ms) => Math.floor(ms / 200))).size).toBe(5);
    await server.listen();
    clock.advance(1_000);
    await Promise.all(clients.map(({ client }) => client.connect()));
    expect(await Promise.all(clients.map(({ client }, n) => client.call('/x', n)))).toEqual(clients.map((_, n) => n));
  });

  it('keeps trying until the server is back', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start();
    const { client, notices, noticed } = await openClient({ socketPath: server.socketPath, clock });
    await server.stop();
    await noticed('retry');
    const failures = (): number => notices.filter(({ kind }) => kind === 'connect_failed').length;
    while (failures() < 3) {
      clock.advance(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await server.listen();
    clock.advance(5_000);
    await client.connect();
    expect(await client.call('/x', 1)).toBe(1);
  });
});

describe('Client, closing', () => {
  it('settles calls in flight, and what was sent before arrives', async () => {
    const server = await ScriptedServer.start(silent);
    const { socketPath } = server;
    const { client, notices } = await openClient({ socketPath });
    const call = failureOf(client.call('/x', {}));
    await client.close();
    const failure = (await call) as IpcError;
    expect(failure).toMatchObject({ code: 'unavailable', sent: true });
    expect(unavailableReason(failure)).toBe('closed');
    await (await server.peer()).received(1);
    expect(notices.map(({ kind }) => kind)).toEqual(['opened']);
  });

  it('ends an attempt to connect', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = observedClient({ socketPath });
    const failure = failureOf(client.connect());
    await client.close();
    expect(unavailableReason((await failure) as IpcError)).toBe('closed');
  });

  it('stops reconnecting', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start();
    const { client, noticed } = await openClient({ socketPath: server.socketPath, clock });
    (await server.peer()).socket.end();
    await noticed('retry');
    await client.close();
    expect(clock.timers).toBe(0);
  });

  it('waits no longer than closeTimeoutMs for a server that does not read', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start(silent);
    const { client } = await openClient({ socketPath: server.socketPath, clock, closeTimeoutMs: 300 });
    (await server.peer()).socket.pause();
    const call = failureOf(client.call('/x', 'x'.repeat(4_000_000)));
    const closed = client.close();
    expect(await call).toMatchObject({ code: 'unavailable', sent: true });
    clock.advance(300);
    await closed;
    expect(clock.timers).toBe(0);
  });

  it('may be repeated, and followed by a new connect()', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = await openClient({ socketPath });
    await Promise.all([client.close(), client.close()]);
    await client.close();
    await client.connect();
    expect(await client.call('/x', 1)).toBe(1);
  });

  it('may happen inside the outcome of a call, between replies that came together', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      if (request.uri === '/last') peer.write('{"ipcReqID":"rq0","data":0}\n{"ipcReqID":"rq1","data":1}\n');
    });
    const { client } = await openClient({ socketPath });
    const outcomes: unknown[] = [];
    const settled = new Promise<void>((resolve) => {
      client.start('/x', {}, { settle: (error) => outcomes.push(error?.code ?? 'ok') && void client.close() });
      client.start('/last', {}, { settle: (error) => outcomes.push(error?.code ?? 'ok') && resolve() });
    });
    await settled;
    expect(outcomes).toEqual(['ok', 'unavailable']);
  });
});
