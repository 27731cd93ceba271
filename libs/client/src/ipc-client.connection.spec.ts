import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CloseOptions } from './ipc-client';
import type { ClientNotice } from './notice';
import { unavailableReason } from './local-error';
import { ManualClock } from './testing/manual-clock';
import { failureOf, observedClient, openClient, turns } from './testing/open-client';
import { echo, ScriptedServer, silent, temporaryDirectory, type Peer, type Script } from './testing/scripted-server';

/** Ways in which a server goes, with what the client's error says of it. */
const ENDINGS: readonly [string, (peer: Peer) => void, RegExp][] = [
  ['FIN', (peer) => peer.socket.end(), /the server closed it/],
  ['an RST', (peer) => peer.socket.destroy(), /ECONNRESET|EPIPE|the server closed it/],
];

/** Answers at `/echo` only. */
const echoAtEcho: Script = (request, peer) => {
  if (request.uri === '/echo') echo(request, peer);
};

describe('IpcClient, connecting', () => {
  it('does so by itself with the first call, once for many', async () => {
    const server = await ScriptedServer.start();
    const { client, states } = observedClient({ socketPath: server.socketPath });
    expect([client.state, client.pendingCalls]).toEqual(['idle', 0]);
    const calls = Array.from({ length: 10 }, (_, n) => client.call('/x', n));
    expect([client.state, client.pendingCalls]).toEqual(['connecting', 10]);
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 10 }, (_, n) => n));
    expect(server.peers).toHaveLength(1);
    expect(states).toEqual(['connecting', 'open']);
  });

  it('opens one connection for many connect(), and none for a later one', async () => {
    const server = await ScriptedServer.start();
    const { client } = observedClient({ socketPath: server.socketPath });
    await Promise.all([client.connect(), client.connect()]);
    await client.connect();
    await client.call('/x', {});
    expect(server.peers).toHaveLength(1);
  });

  it('says what is wrong, and tries connect() once', async () => {
    const clock = new ManualClock();
    const { client, notices, states } = observedClient({ socketPath: join(temporaryDirectory(), 'none'), clock });
    const failure = await failureOf(client.connect());
    expect(failure).toMatchObject({ code: 'unavailable', origin: 'local', sent: false, expose: false });
    expect(failure.message).toMatch(/cannot connect to .*none: ENOENT; start the server, or correct the path/);
    expect(unavailableReason(failure)).toBe('connect_failed');
    expect(notices).toEqual([{ kind: 'connect_failed', error: failure }]);
    expect(states).toEqual(['connecting', 'idle']);
    expect(clock.timers).toBe(0);
  });

  it('lets calls wait for a server that is not there yet', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start();
    await server.stop();
    const { client, kinds, states } = observedClient({ socketPath: server.socketPath, clock });
    const calls = [1, 2, 3].map((n) => client.call('/x', n));
    while (kinds().filter((kind) => kind === 'connect_failed').length < 4) {
      clock.advance(800);
      await turns(1);
    }
    await server.listen();
    clock.advance(5_000);
    expect(await Promise.all(calls)).toEqual([1, 2, 3]);
    expect(states).toEqual(['connecting', 'open']);
  });

  it('ends a call that waits at its deadline, saying why there was no connection', async () => {
    const clock = new ManualClock();
    const { client, noticed } = observedClient({ socketPath: join(temporaryDirectory(), 'none'), clock });
    const call = failureOf(client.call('/x', {}, { timeoutMs: 500 }));
    await noticed('retry');
    clock.advance(540);
    const failure = await call;
    expect(failure).toMatchObject({ code: 'unavailable', sent: false, origin: 'local' });
    expect(failure.message).toMatch(/no connection to send \/x on within 500 ms: cannot connect to .*: ENOENT; start/);
    expect(unavailableReason(failure)).toBe('connect_failed');
  });

  it('stops trying when nobody waits any more', async () => {
    const clock = new ManualClock();
    const { client, noticed } = observedClient({ socketPath: join(temporaryDirectory(), 'none'), clock });
    const call = failureOf(client.call('/x', {}, { timeoutMs: 50 }));
    await noticed('retry');
    clock.advance(1_000);
    await call;
    await turns();
    clock.advance(10_000);
    expect(clock.timers).toBe(0);
    expect(client.state).toBe('idle');
  });

  it('lets no call wait that asked not to be repeated', async () => {
    const { client } = observedClient({ socketPath: join(temporaryDirectory(), 'none') });
    const failure = await failureOf(client.call('/x', {}, { retry: false }));
    expect(unavailableReason(failure)).toBe('connect_failed');
  });

  it('lets no call wait where reconnecting is off', async () => {
    const { client } = observedClient({ socketPath: join(temporaryDirectory(), 'none'), reconnectInitialMs: 0 });
    const failure = await failureOf(client.call('/x'));
    expect(unavailableReason(failure)).toBe('connect_failed');
    expect(client.state).toBe('idle');
  });

  it('lets no call wait for a path that is no socket', async () => {
    const socketPath = join(temporaryDirectory(), 'file');
    writeFileSync(socketPath, '');
    const { client } = observedClient({ socketPath: join(socketPath, 'within') });
    expect((await failureOf(client.call('/x'))).message).toMatch(/ENOTDIR/);
  });

  it('refuses more than may wait, in number and in size', async () => {
    const socketPath = join(temporaryDirectory(), 'none');
    const few = observedClient({ socketPath, maxPending: 2 }).client;
    const waiting = [1, 2].map(() => failureOf(few.call('/x')));
    expect(await failureOf(few.call('/x'))).toMatchObject({ code: 'resource_exhausted', sent: false });
    await few.close();
    for (const failure of waiting) expect(unavailableReason(await failure)).toBe('closed');

    const small = observedClient({ socketPath, maxBufferedBytes: 1_000, maxFrameBytes: 2_000 }).client;
    expect(await failureOf(small.call('/x', 'x'.repeat(3_000)))).toMatchObject({ code: 'message_too_large' });
    const held = failureOf(small.call('/x', 'x'.repeat(1_500)));
    expect(await failureOf(small.call('/x'))).toMatchObject({ code: 'resource_exhausted', sent: false });
    await small.close();
    await held;
    expect(small.pendingCalls).toBe(0);
  });
});

describe('IpcClient, losing its connection', () => {
  it.each(ENDINGS)('settles every pending call after %s, and connects anew', async (_, end, message) => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start(echoAtEcho);
    const { client, kinds, states, noticed } = await openClient({ socketPath: server.socketPath, clock });
    const calls = Array.from({ length: 50 }, () => failureOf(client.call('/hang', {})));
    const peer = await server.peer();
    await peer.received(50);
    end(peer);
    const failures = await Promise.all(calls);
    for (const failure of failures) expect(failure).toMatchObject({ code: 'unavailable', origin: 'local', sent: true });
    expect(failures[0]?.message).toMatch(message);
    expect(await noticed('lost')).toMatchObject({ pendingCalls: 50 });
    expect(client.state).toBe('reconnecting');

    const waiting = client.call('/echo', 1);
    clock.advance((await noticed('retry')).delayMs);
    expect(await waiting).toBe(1);
    expect(kinds()).toEqual(['opened', 'lost', 'retry', 'opened']);
    expect(states).toEqual(['connecting', 'open', 'reconnecting', 'open']);
  });

  it('settles pending calls after an RST with unread input', async () => {
    const server = await ScriptedServer.start(silent);
    const { client, noticed } = await openClient({ socketPath: server.socketPath });
    const peer = await server.peer();
    peer.socket.pause();
    const call = failureOf(client.call('/x', 'x'.repeat(1_000_000)));
    await turns(1);
    peer.socket.destroy();
    expect(await call).toMatchObject({ code: 'unavailable', sent: true });
    expect((await noticed('lost')).error.message).toMatch(/ECONNRESET|EPIPE/);
  });

  it('takes a last reply that lacks only the end of its line', async () => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.socket.end(`{"v":2,"ipcReqID":"${ipcReqID}","data":1}`),
    );
    const { client } = await openClient({ socketPath });
    expect(await client.call('/x', {})).toBe(1);
  });

  it('tells once of a connection that ends within a reply', async () => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.socket.end(`{"v":2,"ipcReqID":"${ipcReqID}","da`),
    );
    const { client, kinds } = await openClient({ socketPath, reconnectInitialMs: 0 });
    expect(await failureOf(client.call('/x', {}))).toMatchObject({ code: 'unavailable', sent: true });
    expect(kinds()).toEqual(['opened', 'lost']);
    expect(client.state).toBe('idle');
  });

  it('says what the server said before it closed', async () => {
    const { socketPath } = await ScriptedServer.start((_request, peer) =>
      peer.socket.end('{"ipcReqID":null,"code":"resource_exhausted","message":"no room"}\n'),
    );
    const { client } = await openClient({ socketPath, reconnectInitialMs: 0 });
    const failure = await failureOf(client.call('/x', {}));
    expect(failure).toMatchObject({ code: 'unavailable', sent: true });
    expect(failure.message).toMatch(/lost: the server closed it, saying resource_exhausted: no room/);
  });

  it('was not served where its user may not connect, and does not ask again', async () => {
    const server = await ScriptedServer.start((_request, peer) =>
      peer.socket.end('{"ipcReqID":null,"code":"permission_denied","message":"uid 7 may not","refused":true}\n'),
    );
    const { client } = await openClient({ socketPath: server.socketPath, reconnectInitialMs: 1 });
    expect(await failureOf(client.call('/x', {}, { retry: true }))).toMatchObject({
      code: 'permission_denied',
      origin: 'remote',
      sent: false,
      message: 'uid 7 may not',
    });
    expect((await server.peer()).requests).toHaveLength(1);
  });

  it('was not served where the server has no room for it', async () => {
    const { socketPath } = await ScriptedServer.start((_request, peer) =>
      peer.socket.end('{"ipcReqID":null,"code":"resource_exhausted","message":"no room","refused":true}\n'),
    );
    const { client } = await openClient({ socketPath });
    const failure = await failureOf(client.call('/x', {}, { retry: false }));
    expect(failure).toMatchObject({ code: 'unavailable', origin: 'local', sent: false });
    expect(failure.message).toContain('refused: resource_exhausted: no room');
  });

  it('is served once the server has room for it', async () => {
    const server = await ScriptedServer.start((request, peer) => {
      if (server.peers.length > 2) peer.reply(request, 'at last');
      else peer.socket.end('{"ipcReqID":null,"code":"resource_exhausted","message":"no room","refused":true}\n');
    });
    const { client } = await openClient({ socketPath: server.socketPath, reconnectInitialMs: 1, reconnectMaxMs: 1 });
    expect(await client.call('/x', {})).toBe('at last');
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
      while (client.state === 'open') await turns(1);
      clock.advance(400);
      await client.connect();
    };
    for (let index = 0; index < 4; index++) await lose(index);
    clock.advance(400);
    await lose(4);
    const delays = notices.flatMap((notice) => (notice.kind === 'retry' ? [notice.delayMs] : []));
    expect(delays).toEqual([50, 100, 200, 200, 50]);
  });

  it.each<[string, 'nobody' | 'a server that shuts the door']>([
    ['state', 'nobody'],
    ['connect_failed', 'nobody'],
    ['retry', 'nobody'],
    ['state', 'a server that shuts the door'],
    ['lost', 'a server that shuts the door'],
    ['opened', 'a server that shuts the door'],
  ])('tries no more often for calls that are made in a listener of %s, with %s there', async (event, there) => {
    const server = await ScriptedServer.start(silent);
    if (there === 'nobody') await server.stop();
    const clock = new ManualClock();
    const { client, kinds } = observedClient({ socketPath: server.socketPath, clock, random: () => 0.5 });
    client.on(event as 'state', () => {
      if (client.state !== 'closed') client.call('/x', 1, { timeoutMs: 0 }).catch(() => undefined);
    });
    const attempts = (): number => kinds().filter((kind) => kind === 'connect_failed' || kind === 'opened').length;
    const shutDoor = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) {
        await turns(1);
        for (const { socket } of server.peers) socket.destroy();
      }
    };
    client.call('/first', 1, { timeoutMs: 0 }).catch(() => undefined);
    await shutDoor();
    expect(attempts()).toBe(1);
    // The waits are 50, 100, 200 and 400 ms.
    const made: number[] = [];
    for (const ms of [49, 1, 99, 1, 199, 1, 399, 1]) {
      clock.advance(ms);
      await shutDoor();
      made.push(attempts());
    }
    expect(made).toEqual([1, 2, 2, 3, 3, 4, 4, 5]);
  });

  it('does not try again where reconnecting is off, until the next call', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start();
    const { client, kinds, noticed } = await openClient({
      socketPath: server.socketPath,
      clock,
      reconnectInitialMs: 0,
    });
    (await server.peer()).socket.end();
    await noticed('lost');
    expect(clock.timers).toBe(0);
    expect(kinds()).toEqual(['opened', 'lost']);
    expect(await client.call('/x', 1)).toBe(1);
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

  it('keeps trying until the server is back, also where nobody asks for it', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start();
    const { client, kinds, noticed } = await openClient({ socketPath: server.socketPath, clock });
    await server.stop();
    await noticed('retry');
    while (kinds().filter((kind) => kind === 'connect_failed').length < 3) {
      clock.advance(5_000);
      await turns(1);
    }
    await server.listen();
    clock.advance(5_000);
    await server.peer(1);
    expect(await client.call('/x', 1)).toBe(1);
  });
});

describe('IpcClient, closing', () => {
  it('settles calls in flight, and what was sent before arrives', async () => {
    const server = await ScriptedServer.start(silent);
    const { client, kinds, states } = await openClient({ socketPath: server.socketPath });
    const call = failureOf(client.call('/x', {}));
    await client.close();
    const failure = await call;
    expect(failure).toMatchObject({ code: 'unavailable', sent: true });
    expect(unavailableReason(failure)).toBe('closed');
    await (await server.peer()).received(1);
    expect(kinds()).toEqual(['opened']);
    expect(states).toEqual(['connecting', 'open', 'closed']);
  });

  it('is for good: nothing can be asked any more', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = await openClient({ socketPath });
    await Promise.all([client.close(), client.close()]);
    await client.close();
    const asked = [client.connect(), client.call('/x'), client.notify('/x'), client.stream('/x').next()];
    for (const failure of asked.map(failureOf)) {
      expect(await failure).toMatchObject({ code: 'unavailable', details: { reason: 'closed' }, sent: false });
    }
  });

  it('ends an attempt to connect, and calls that wait for it', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = observedClient({ socketPath });
    const failures = [client.connect(), client.call('/x')].map(failureOf);
    await client.close();
    for (const failure of failures) expect(unavailableReason(await failure)).toBe('closed');
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
    const notified = failureOf(client.notify('/x', 1));
    const closed = client.close();
    expect(await call).toMatchObject({ code: 'unavailable', sent: true });
    clock.advance(300);
    await closed;
    expect(await notified).toMatchObject({ code: 'unavailable', sent: true });
    expect(clock.timers).toBe(0);
  });

  it('lets finish what was asked, within drainMs, and refuses what is asked meanwhile', async () => {
    const server = await ScriptedServer.start(echoAtEcho);
    const clock = new ManualClock();
    const { client, states } = await openClient({ socketPath: server.socketPath, clock });
    const asked = [client.call('/echo', 1), client.call('/echo', 2)];
    const closed = client.close({ drainMs: 1_000 });
    expect(client.state).toBe('draining');
    expect(unavailableReason(await failureOf(client.call('/echo', 3)))).toBe('closed');
    expect(await Promise.all(asked)).toEqual([1, 2]);
    await closed;
    expect(states.slice(2)).toEqual(['draining', 'closed']);
    expect(clock.timers).toBe(0);
  });

  it('fails after drainMs what has not finished', async () => {
    const server = await ScriptedServer.start(silent);
    const clock = new ManualClock();
    const { client } = await openClient({ socketPath: server.socketPath, clock });
    const call = failureOf(client.call('/hang'));
    const closed = client.close({ drainMs: 1_000 });
    await (await server.peer()).received(1);
    clock.advance(1_000);
    expect(unavailableReason(await call)).toBe('closed');
    await closed;
    expect(clock.timers).toBe(0);
  });

  it.each([[2 ** 31], [1e12], [Infinity]])(
    'waits %d ms for what was asked, which no timer of Node does',
    async (drainMs) => {
      const server = await ScriptedServer.start(echoAtEcho);
      const { client } = await openClient({ socketPath: server.socketPath });
      const asked = client.call('/hang', 1, { timeoutMs: 100 });
      const closed = client.close({ drainMs });
      expect(await failureOf(asked)).toMatchObject({ code: 'deadline_exceeded' });
      await closed;
      expect(client.state).toBe('closed');
    },
  );

  it.each<[unknown, RegExp]>([
    [{ drainMs: NaN }, /drainMs is NaN; give milliseconds/],
    [{ drainMs: -1 }, /drainMs is -1; give/],
    [{ drainMs: '5' }, /drainMs is "5"; give/],
    [{ drainMs: null }, /drainMs is null; give/],
    [null, /close\(\) was given null; give \{ drainMs \}, or nothing/],
    [1_000, /close\(\) was given 1000; give/],
  ])('refuses %o, and closes nothing', async (options, message) => {
    const server = await ScriptedServer.start();
    const { client } = await openClient({ socketPath: server.socketPath });
    const closed = client.close(options as CloseOptions);
    expect(await failureOf(closed)).toMatchObject({
      code: 'invalid_argument',
      origin: 'local',
      message: expect.stringMatching(message) as string,
    });
    expect(await client.call('/x', 1)).toBe(1);
  });

  it('cuts a drain short when it is called again', async () => {
    const server = await ScriptedServer.start(silent);
    const { client } = await openClient({ socketPath: server.socketPath });
    const call = failureOf(client.call('/hang'));
    const drained = client.close({ drainMs: 100_000 });
    await client.close();
    await drained;
    expect(unavailableReason(await call)).toBe('closed');
  });

  it('happens at the end of await using', async () => {
    const server = await ScriptedServer.start();
    let state: () => string;
    {
      await using client = observedClient({ socketPath: server.socketPath }).client;
      state = () => client.state;
      await client.call('/x');
    }
    expect(state()).toBe('closed');
    await (await server.peer()).ended();
  });
});

describe('IpcClient, at a server that is going', () => {
  it('finishes there what runs, and asks the next thing elsewhere', async () => {
    const server = await ScriptedServer.start(silent);
    const clock = new ManualClock();
    const { client, kinds, states, noticed } = await openClient({ socketPath: server.socketPath, clock });
    const first = client.call('/x', 1);
    const old = await server.peer();
    const request = await old.request();
    clock.advance(100);
    old.goAway();
    expect((await noticed('goaway')).message).toBe('The server is stopping');
    expect(client.state).toBe('reconnecting');
    // At once: whoever has something to ask is not kept waiting.
    const second = client.call('/x', 2);
    const fresh = await server.peer(1);
    fresh.reply(await fresh.request(), 'from the new one');
    expect(await second).toBe('from the new one');
    old.reply(request, 'from the old one');
    expect(await first).toBe('from the old one');
    await old.ended();
    expect(kinds()).toEqual(['opened', 'goaway', 'retry', 'opened']);
    expect(states.slice(1)).toEqual(['open', 'reconnecting', 'open']);
    await client.close();
    expect(clock.timers).toBe(0);
  });

  it('leaves at once where nothing runs, and comes back by itself after a wait', async () => {
    const server = await ScriptedServer.start();
    const clock = new ManualClock();
    const { client, noticed } = await openClient({ socketPath: server.socketPath, clock });
    const old = await server.peer();
    old.goAway();
    await old.ended();
    expect(client.state).toBe('reconnecting');
    clock.advance((await noticed('retry')).delayMs);
    await server.peer(1);
    while (client.state !== 'open') await turns(1);
  });

  it('is asked again only after a wait, each time a longer one, where it goes as soon as we come', async () => {
    const server = await ScriptedServer.start(silent);
    const clock = new ManualClock();
    const { client, notices } = await openClient({ socketPath: server.socketPath, clock, random: () => 0.99 });
    const calls: Promise<unknown>[] = [];
    for (const [times, ceilingMs] of [100, 200, 400].entries()) {
      (await server.peer(times)).goAway();
      const retries = (): ClientNotice[] => notices.filter(({ kind }) => kind === 'retry');
      while (retries().length === times) await turns(1);
      expect(retries().at(-1)).toMatchObject({ delayMs: 0.99 * ceilingMs });
      calls.push(failureOf(client.call('/x', times)));
      await turns(5);
      expect(server.peers).toHaveLength(times + 1);
      clock.advance(ceilingMs);
      await (await server.peer(times + 1)).request();
    }
    await client.close();
    await Promise.all(calls);
  });

  it('fails what runs there when it dies before its time', async () => {
    const server = await ScriptedServer.start(silent);
    const { client, noticed } = await openClient({ socketPath: server.socketPath });
    const call = failureOf(client.call('/x', 1));
    const old = await server.peer();
    await old.request();
    old.goAway();
    await noticed('goaway');
    old.socket.destroy();
    expect(await call).toMatchObject({ code: 'unavailable', sent: true });
    expect(await noticed('lost')).toMatchObject({ pendingCalls: 1 });
  });

  it('asks elsewhere what it refused: that was not executed', async () => {
    const server = await ScriptedServer.start((request, peer) => {
      if (server.peers.indexOf(peer) > 0) echo(request, peer);
      else peer.answer(request, { code: 'unavailable', message: 'The server is stopping', goaway: true });
    });
    const clock = new ManualClock();
    const { client, noticed } = await openClient({ socketPath: server.socketPath, clock, random: () => 0.5 });
    const call = client.call('/x', 1);
    await noticed('goaway');
    clock.advance(50);
    expect(await call).toBe(1);
    expect(server.peers).toHaveLength(2);
  });

  it('says that it was not executed, where it asks no more', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) =>
      peer.answer(request, { code: 'unavailable', message: 'The server is stopping', goaway: true }),
    );
    const { client } = await openClient({ socketPath });
    const failure = await failureOf(client.call('/x', 1, { retry: false }));
    expect(failure).toMatchObject({ code: 'unavailable', origin: 'remote', sent: false });
  });
});

describe('IpcClient, sending again', () => {
  const idempotent = { uri: '/x', idempotent: true };

  /** Breaks the first `times` connections at their first request, and echoes on later ones. */
  function breaking(times: number): Script {
    let broken = 0;
    return (request, peer) => {
      if (broken++ < times) peer.socket.destroy();
      else echo(request, peer);
    };
  }

  it.each<[string, number, object, string | { uri: string; idempotent: boolean }, 'ok' | 'unavailable']>([
    ['not what may have been executed', 1, {}, '/x', 'unavailable'],
    ['what its contract says is idempotent', 3, {}, idempotent, 'ok'],
    ['what its caller says is idempotent', 3, { retry: true }, '/x', 'ok'],
    ['nothing that its caller says not to', 1, { retry: false }, idempotent, 'unavailable'],
    ['nothing that has broken four servers', 4, {}, idempotent, 'unavailable'],
  ])('sends again %s', async (_, times, options, endpoint, outcome) => {
    const server = await ScriptedServer.start(breaking(times));
    const { client } = observedClient({ socketPath: server.socketPath, reconnectInitialMs: 1, reconnectMaxMs: 2 });
    const call = client.call(endpoint as string, 7, options);
    if (outcome === 'ok') expect(await call).toBe(7);
    else expect(await failureOf(call)).toMatchObject({ code: 'unavailable', sent: true });
    const requests = server.peers.flatMap((peer) => peer.requests);
    expect(requests).toHaveLength(outcome === 'ok' ? times + 1 : times);
    expect(new Set(requests.map(({ ipcReqID }) => ipcReqID)).size).toBe(requests.length);
  });

  it('says of a call that may have run once that it may have run, wherever it ends', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start((_request, peer) => {
      void server.stop();
      peer.socket.destroy();
    });
    const { client, noticed } = await openClient({ socketPath: server.socketPath, clock });
    const call = failureOf(client.call(idempotent, 1, { timeoutMs: 500 }));
    await noticed('retry');
    clock.advance(540);
    expect(await call).toMatchObject({ code: 'unavailable', sent: true });
  });

  it.each<[string, { code: string; retryAfter?: number }, object, number | undefined]>([
    ['unavailable, after a while', { code: 'unavailable' }, { retry: true }, 50],
    ['unavailable, when the server says', { code: 'unavailable', retryAfter: 400 }, { retry: true }, 450],
    [
      'unavailable, when the server says, however late',
      { code: 'unavailable', retryAfter: 3e9 },
      { retry: true, timeoutMs: 0 },
      3e9 + 50,
    ],
    ['resource_exhausted, when the server says', { code: 'resource_exhausted', retryAfter: 400 }, { retry: true }, 450],
    ['unavailable, which a handler may have said', { code: 'unavailable', retryAfter: 10 }, {}, undefined],
    [
      'unavailable, for longer than it has time',
      { code: 'unavailable', retryAfter: 9_990 },
      { retry: true },
      undefined,
    ],
    ['internal', { code: 'internal' }, { retry: true }, undefined],
  ])('after %s', async (_, answer, options, waitMs) => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start((request, peer) => {
      if (peer.requests.length > 1) echo(request, peer);
      else peer.answer(request, { message: 'm', ...answer });
    });
    const { client } = await openClient({ socketPath: server.socketPath, clock, random: () => 0.999_999 });
    const call = client.call('/x', 1, options);
    if (waitMs === undefined) {
      expect(await failureOf(call)).toMatchObject({ code: answer.code, origin: 'remote', sent: true });
      return;
    }
    const peer = await server.peer();
    await peer.received(1);
    await turns();
    clock.advance(waitMs - 1);
    await turns();
    expect([peer.requests.length, client.pendingCalls]).toEqual([1, 1]);
    clock.advance(1);
    expect(await call).toBe(1);
  });

  it('takes a call that waits to be sent again out at close()', async () => {
    const clock = new ManualClock();
    const { socketPath } = await ScriptedServer.start((request, peer) =>
      peer.answer(request, { code: 'unavailable', message: 'm', retryAfter: 1_000 }),
    );
    const { client } = await openClient({ socketPath, clock });
    const call = failureOf(client.call('/x', 1, { retry: true }));
    while (clock.timers < 2) await turns(1);
    await client.close();
    expect(await call).toMatchObject({ code: 'unavailable', details: { reason: 'closed' }, sent: true });
    expect(clock.timers).toBe(0);
  });

  it.each([
    ['goes on elsewhere', {}, 'ok'],
    ['fails as not sent, where its caller wants no repetition', { retry: false }, 'not sent'],
  ])('a call whose request never left a broken connection %s', async (_, options, outcome) => {
    const server = await ScriptedServer.start();
    let stream = new Socket();
    const transport = { describe: 'a test', connect: () => (stream = connect(server.socketPath)) };
    const { client } = await openClient({ transport, reconnectInitialMs: 1 });
    // It is over from here on, and the client will be told within this turn.
    stream.destroy();
    const call = client.call('/x', 1, options);
    if (outcome === 'ok') expect(await call).toBe(1);
    else expect(await failureOf(call)).toMatchObject({ code: 'unavailable', details: { reason: 'lost' }, sent: false });
  });
});

describe('IpcClient, whom it talks to', () => {
  it('knows a socket by its own path only, where it matters whose it is', async () => {
    const server = await ScriptedServer.start();
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(server.socketPath, link);
    expect(existsSync(link)).toBe(true);
    const { client } = observedClient({ socketPath: link, expectUid: process.getuid?.() ?? 0 });
    expect(await failureOf(client.call('/x'))).toMatchObject({ code: 'permission_denied', sent: false });
  });
});
