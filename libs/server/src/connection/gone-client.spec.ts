import { describe, expect, it } from 'vitest';
import { eventually, openServer } from '../../fixtures/open-server';
import type { Call } from '../dispatch/call';
import type { Connection } from './connection';

describe.each([true, false])('a client that is gone, with sharedReadBuffer %s', (sharedReadBuffer) => {
  it.each([
    ['at once', ''],
    ['in the middle of a frame', '{"ipcReqID":'],
    ['after a half-close', 'half-close'],
  ])('aborts the signals of its handlers: %s', async (_how, last) => {
    const aborted: unknown[] = [];
    const { server, connect, log } = await openServer(
      {
        '/never': (call) => {
          call.signal.addEventListener('abort', () => aborted.push(call.request.id));
        },
      },
      { sharedReadBuffer },
    );
    const [gone, here] = [await connect(), await connect()];
    await here.send({ ipcReqID: 'here', uri: '/never' });
    await gone.send({ ipcReqID: 1, uri: '/never' }, { ipcReqID: 2, uri: '/never' });
    await eventually(() => server.load.inFlight).toBe(3);
    if (last === 'half-close') {
      gone.halfClose();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(aborted).toEqual([]);
    } else await gone.write(last);
    gone.destroy();
    await eventually(() => aborted).toEqual([1, 2]);
    expect(server.load.inFlight).toBe(1);
    expect(server.stats.connections).toBe(1);
    expect(log.codes()).toEqual(last.startsWith('{') ? ['stream_err'] : []);
  });

  it('has what it still had waiting dropped, never executed', async () => {
    const executed: unknown[] = [];
    const { server, connect } = await openServer(
      { '/never': (call) => void executed.push(call.request.id) },
      { sharedReadBuffer, maxInFlightPerConnection: 1 },
    );
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: '/never' }, { ipcReqID: 2, uri: '/never' }, { ipcReqID: 3, uri: '/never' });
    await eventually(() => server.load.waiting).toBe(2);
    wire.destroy();
    await eventually(() => server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
    expect(executed).toEqual([1]);
  });

  it('is asked no more of what it wrote before it went, once its replies find nobody', async () => {
    let executed = 0;
    const { server, connect } = await openServer(
      {
        '/large': (call) => {
          executed++;
          call.reply('x'.repeat(100_000));
        },
      },
      { sharedReadBuffer },
    );
    const wire = await connect();
    const requests = Array.from({ length: 50 }, (_, ipcReqID) => `${JSON.stringify({ ipcReqID, uri: '/large' })}\n`);
    await wire.write(requests.join(''));
    wire.destroy();
    await eventually(() => server.stats.connections).toBe(0);
    expect(executed).toBeLessThan(10);
  });

  it('is nobody to reply to: what its handlers still answer is dropped, without a word', async () => {
    const calls: Call[] = [];
    const { server, connect, log } = await openServer(
      { '/keep': (call) => void calls.push(call) },
      { sharedReadBuffer },
    );
    const wire = await connect();
    await wire.send(...[1, 2, 3, 4].map((ipcReqID) => ({ ipcReqID, uri: '/keep' })));
    await eventually(() => calls.length).toBe(4);
    wire.destroy();
    await eventually(() => server.stats.connections).toBe(0);
    calls[0]?.reply('late');
    calls[0]?.reply('twice');
    calls[1]?.fail(new Error('late'));
    calls[2]?.refuse({ code: 'internal', message: 'late' });
    calls[3]?.expire();
    expect(log.errors).toEqual([]);
    expect(server.load.inFlight).toBe(0);
    expect(calls.every(({ signal, settled }) => signal.aborted && settled)).toBe(true);
  });

  it('is forgotten, its connection collected', async () => {
    const { setFlagsFromString } = await import('node:v8');
    const { runInNewContext } = await import('node:vm');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;

    const connections = new Set<WeakRef<Connection>>();
    const { server, connect } = await openServer(
      {
        '/see': (call) => {
          connections.add(new WeakRef(call.connection));
          if (call.request.message.data !== 'never') call.reply(null);
        },
      },
      { sharedReadBuffer },
    );
    for (let count = 0; count < 10; count++) {
      const wire = await connect();
      await wire.send({ uri: '/see' });
      await wire.next();
      await wire.send({ uri: '/see', data: 'never' }, { uri: '/ipcserver/test/delay', data: { delay: 60_000 } });
      await eventually(() => server.load.inFlight).toBe(2);
      wire.destroy();
      await eventually(() => server.stats.connections).toBe(0);
    }
    expect(connections.size).toBe(20);
    const alive = (): number => {
      collect();
      return [...connections].filter((connection) => connection.deref() !== undefined).length;
    };
    // The last one may still be in a register or on the stack.
    await eventually(alive).toBeLessThanOrEqual(2);
  });

  it('leaves nobody else waiting: hundreds come and go', async () => {
    const { server, connect } = await openServer({}, { sharedReadBuffer });
    for (let round = 0; round < 4; round++) {
      const wires = await Promise.all(Array.from({ length: 100 }, () => connect()));
      for (const [index, wire] of wires.entries()) {
        if (index % 3 === 0) void wire.send({ uri: '/ipcserver/test/delay', data: { delay: 60_000 } });
        if (index % 3 === 1) void wire.write('{"half');
        wire.destroy();
      }
      await eventually(() => server.stats.current.clientOpen).toBe((round + 1) * 100);
    }
    await eventually(() => server.stats.connections).toBe(0);
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
    expect(server.stats.current).toMatchObject({ clientOpen: 400, clientClose: 400 });
  });
});
