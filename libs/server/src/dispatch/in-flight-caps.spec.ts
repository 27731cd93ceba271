import { describe, expect, it } from 'vitest';
import { ECHO, eventually, openServer } from '../../fixtures/open-server';
import type { ServerOptions } from '../options';
import type { Call } from './call';

interface Held {
  /** Calls that have started, in order. */
  readonly started: Call[];
  readonly names: () => unknown[];
}

async function open(options: Partial<ServerOptions>): Promise<Held & Awaited<ReturnType<typeof openServer>>> {
  const started: Call[] = [];
  const opened = await openServer({ '/hold': (call) => void started.push(call) }, options);
  return { ...opened, started, names: () => started.map(({ request }) => request.id) };
}

const asks = (prefix: string, count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ ipcReqID: `${prefix}${index}`, uri: '/hold' }));

describe('requests over the caps', () => {
  it.each([
    ['maxInFlightPerConnection', 3],
    ['maxInFlightTotal', 3],
  ] as const)('of %s wait, and are served in order', async (cap, places) => {
    const { server, connect, started, names } = await open({ [cap]: places });
    const wire = await connect();
    await wire.send(...asks('a', 10));
    await eventually(() => server.load).toMatchObject({ inFlight: places, waiting: 10 - places });
    for (let next = 0; next < 10; next++) {
      await eventually(() => started.length).toBe(Math.min(10, next + places));
      expect(server.load.inFlight).toBeLessThanOrEqual(places);
      started[next]?.reply(next);
    }
    expect(names()).toEqual(asks('a', 10).map((ask) => (ask as { ipcReqID: string }).ipcReqID));
    expect((await wire.take(10)).map(({ data }) => data)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it('of one connection do not hold another one up', async () => {
    const { server, connect } = await open({ maxInFlightPerConnection: 2 });
    const [busy, other] = [await connect(), await connect()];
    await busy.send(...asks('a', 100));
    await eventually(() => server.load.waiting).toBe(98);
    await other.send({ ipcReqID: 1, uri: ECHO, data: 1 });
    expect(await other.next()).toEqual({ ipcReqID: 1, data: 1 });
  });

  it('of the total are served connection by connection in turn, whoever sent more', async () => {
    const { server, connect, started, names } = await open({ maxInFlightTotal: 1 });
    const [first, many, few] = [await connect(), await connect(), await connect()];
    await first.send({ ipcReqID: 'first', uri: '/hold' });
    await eventually(() => started.length).toBe(1);
    await many.send(...asks('m', 50));
    await eventually(() => server.load.waiting).toBe(50);
    await few.send(...asks('f', 3));
    await eventually(() => server.load.waiting).toBe(53);
    for (let next = 0; next < 8; next++) {
      await eventually(() => started.length).toBe(next + 1);
      started[next]?.reply(null);
    }
    expect(names().slice(0, 8)).toEqual(['first', 'm0', 'f0', 'm1', 'f1', 'm2', 'f2', 'm3']);
  });

  it('keep their order among what comes later on the same connection', async () => {
    const { server, connect, started } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(...asks('a', 2));
    await eventually(() => server.load.waiting).toBe(1);
    started[0]?.reply('first');
    await wire.send({ ipcReqID: 'later', uri: ECHO, data: 'third' });
    await eventually(() => started.length).toBe(2);
    started[1]?.reply('second');
    expect((await wire.take(3)).map(({ data }) => data)).toEqual(['first', 'second', 'third']);
  });

  it('that are bad are answered like any other, in their turn', async () => {
    const { server, connect, started } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(...asks('a', 1));
    await wire.write(`not json\n{"ipcReqID":"b"}\n{"ipcReqID":"c","uri":"/nope"}\n`);
    await eventually(() => server.load.waiting).toBe(3);
    started[0]?.reply(null);
    expect((await wire.take(4)).map(({ code }) => code)).toEqual([
      undefined,
      'parse_error',
      'no_uri',
      'no_handler_found',
    ]);
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it('are let in more than a turn at a time without starving the event loop, and none is forgotten', async () => {
    const { connect, started } = await open({ maxInFlightPerConnection: 1, framesPerTurn: 2 });
    const wire = await connect();
    await wire.send(
      ...asks('a', 1),
      ...Array.from({ length: 500 }, (_, ipcReqID) => ({ ipcReqID, uri: ECHO, data: 0 })),
    );
    await eventually(() => started.length).toBe(1);
    started[0]?.reply(null);
    expect(await wire.take(501)).toHaveLength(501);
  });

  it('of a half-closed connection are served before it ends', async () => {
    const { connect, started } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(...asks('a', 5));
    wire.halfClose();
    for (let next = 0; next < 5; next++) {
      await eventually(() => started.length).toBe(next + 1);
      started[next]?.reply(next);
    }
    await wire.ended();
    expect(wire.replies).toHaveLength(5);
  });

  it('start as soon as a raised limit allows it', async () => {
    const { server, connect, started, path } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(...asks('a', 5));
    await eventually(() => server.load.waiting).toBe(4);
    server.reconfigure({ socketPath: path, maxInFlightPerConnection: 4 });
    await eventually(() => started.length).toBe(4);
  });

  it('that sync handlers answer at once never count', async () => {
    const { server, connect } = await open({ maxInFlightTotal: 1, maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(...Array.from({ length: 200 }, (_, ipcReqID) => ({ ipcReqID, uri: ECHO, data: 0 })));
    await wire.take(200);
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });
});
