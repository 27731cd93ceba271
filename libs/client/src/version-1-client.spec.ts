import type { IpcError, ReplyEnvelope } from '@pixl-ipc/protocol';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unavailableReason } from './local-error';
import type { ClientNotice } from './notice';
import type { ClientOptions } from './options';
import { ManualClock } from './testing/manual-clock';
import { failureOf, turns } from './testing/open-client';
import { echo, ScriptedServer, silent, temporaryDirectory } from './testing/scripted-server';
import { Version1Client } from './version-1-client';

function version1(options: ClientOptions): { client: Version1Client; kinds: ClientNotice['kind'][] } {
  const kinds: ClientNotice['kind'][] = [];
  const client = new Version1Client(options, ({ kind }) => kinds.push(kind));
  onTestFinished(() => client.close());
  return { client, kinds };
}

type Outcome = [error: IpcError | undefined, reply: ReplyEnvelope | undefined];

function outcomeOf(client: Version1Client, uri: string, data?: unknown): Promise<Outcome> {
  return new Promise((resolve) => client.start(uri, data, { settle: (...outcome) => resolve(outcome) }));
}

describe('Version1Client', () => {
  it('speaks as the original does, one counter over all connections', async () => {
    const server = await ScriptedServer.start();
    const { client } = version1({ socketPath: server.socketPath, userAgent: 'test' });
    for (let count = 0; count < 2; count++) {
      await client.connect();
      await outcomeOf(client, '/a', { x: 'é' });
      await client.close();
    }
    const claim = { pid: process.pid, userAgent: 'test' };
    expect(server.peers.map(({ requests }) => requests)).toEqual([
      [{ ipcReqID: 'rq0', uri: '/a', data: { x: 'é' }, ...claim }],
      [{ ipcReqID: 'rq1', uri: '/a', data: { x: 'é' }, ...claim }],
    ]);
  });

  it('sends data that JSON has no form for as none', async () => {
    const server = await ScriptedServer.start();
    const { client } = version1({ socketPath: server.socketPath });
    await client.connect();
    await outcomeOf(client, '/a', () => 1);
    expect((await server.peer()).requests[0]).not.toHaveProperty('data');
  });

  it('gives out the whole reply, errors as they came', async () => {
    const { socketPath } = await ScriptedServer.start(({ ipcReqID }, peer) =>
      peer.write(`${JSON.stringify({ ipcReqID, code: 'c', message: 'm', extra: 1 })}\n`),
    );
    const { client } = version1({ socketPath });
    await client.connect();
    const [error, reply] = await outcomeOf(client, '/x');
    expect([error, reply?.message]).toEqual([undefined, { ipcReqID: 'rq0', code: 'c', message: 'm', extra: 1 }]);
  });

  it('takes a server that says it is going for one that says something', async () => {
    const server = await ScriptedServer.start((request, peer) => {
      peer.goAway();
      echo(request, peer);
    });
    const { client, kinds } = version1({ socketPath: server.socketPath });
    await client.connect();
    await outcomeOf(client, '/x');
    await outcomeOf(client, '/x');
    expect(kinds).toEqual(['opened', 'push', 'push']);
    expect(server.peers).toHaveLength(1);
  });

  it('does not repeat a first attempt that fails', async () => {
    const clock = new ManualClock();
    const { client, kinds } = version1({ socketPath: join(temporaryDirectory(), 'none'), clock });
    expect(unavailableReason(await failureOf(client.connect()))).toBe('connect_failed');
    expect([kinds, clock.timers]).toEqual([['connect_failed'], 0]);
  });

  it('fails a call at once where no connection is open, but never before it was made', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = version1({ socketPath });
    const order: string[] = [];
    const ended = new Promise<Outcome>((resolve) =>
      client.start(
        '/x',
        {},
        {
          settle: (...outcome) => {
            order.push('settled');
            resolve(outcome);
          },
        },
      ),
    );
    order.push('made');
    const [error] = await ended;
    expect(error && unavailableReason(error)).toBe('not_open');
    expect(error?.sent).toBe(false);
    expect(order).toEqual(['made', 'settled']);
  });

  it('fails what was in flight with a lost connection, waits for no new one, and reconnects by itself', async () => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start(silent);
    const { client, kinds } = version1({ socketPath: server.socketPath, clock });
    await client.connect();
    const calls = [outcomeOf(client, '/x'), outcomeOf(client, '/x')];
    const peer = await server.peer();
    await peer.received(2);
    peer.socket.end();
    for (const [error] of await Promise.all(calls)) expect(error).toMatchObject({ code: 'unavailable', sent: true });
    const [refused] = await outcomeOf(client, '/x');
    expect(refused && unavailableReason(refused)).toBe('not_open');
    clock.advance(100);
    await server.peer(1);
    while (!client.isOpen) await turns();
    expect(kinds).toEqual(['opened', 'lost', 'retry', 'opened']);
  });

  it('may be closed within the outcome of a call, between replies that came together', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      if (request.uri === '/last') peer.write('{"ipcReqID":"rq0","data":0}\n{"ipcReqID":"rq1","data":1}\n');
    });
    const { client } = version1({ socketPath });
    await client.connect();
    const outcomes: unknown[] = [];
    await new Promise<void>((resolve) => {
      client.start('/x', {}, { settle: (error) => outcomes.push(error?.code ?? 'ok') && void client.close() });
      client.start('/last', {}, { settle: (error) => outcomes.push(error?.code ?? 'ok') && resolve() });
    });
    expect(outcomes).toEqual(['ok', 'unavailable']);
  });

  it('fails a call whose data closes the client while it is serialised', async () => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = version1({ socketPath });
    await client.connect();
    const [error] = await outcomeOf(client, '/x', { toJSON: () => void client.close() });
    expect(error).toMatchObject({ code: 'unavailable', sent: false });
    expect(client.pendingCalls).toBe(0);
  });
});
