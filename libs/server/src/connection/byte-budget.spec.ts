import { describe, expect, it } from 'vitest';
import { ECHO, eventually, openServer, type OpenServer } from '../../fixtures/open-server';
import type { ServerOptions } from '../options';

const MIB = 1024 * 1024;

describe.each([true, false])('the byte budget of all clients, with sharedReadBuffer %s', (sharedReadBuffer) => {
  const open = (options: Partial<ServerOptions> = {}): Promise<OpenServer> =>
    openServer(
      {
        '/never': () => undefined,
        '/big': (call) => call.reply('x'.repeat(300_000)),
      },
      {
        sharedReadBuffer,
        maxBufferedBytesTotal: 2 * MIB,
        maxFrameBytes: 2 * MIB,
        maxResponseBytes: MIB,
        writeSoftBytes: MIB,
        ...options,
      },
    );

  const never = (ipcReqID: number, bytes: number): object => ({ ipcReqID, uri: '/never', data: 'x'.repeat(bytes) });

  /** Asks something small of its own, which must always work. */
  async function assertServed({ connect }: OpenServer): Promise<void> {
    const wire = await connect();
    await wire.send({ ipcReqID: 'well', uri: ECHO, data: 'behaved' });
    expect(await wire.next()).toEqual({ ipcReqID: 'well', data: 'behaved' });
  }

  it('holds unfinished frames: over it, the client with the most is closed and told', async () => {
    const opened = await open();
    const [small, large] = [await opened.connect(), await opened.connect()];
    await small.write('x'.repeat(700_000));
    await large.write('x'.repeat(1_500_000));
    expect(await large.next()).toMatchObject({ ipcReqID: null, code: 'resource_exhausted' });
    await large.closed();
    await eventually(() => opened.server.stats.connections).toBe(1);
    expect(opened.server.load.bufferedBytes).toBe(700_000);
    expect(opened.server.stats.errors).toEqual({ over_budget: 1 });
    expect(opened.log.codes()).toEqual(['client_socket_err']);
    await assertServed(opened);
  });

  it('holds unsent replies: the client with the most is closed, others are served on', async () => {
    const opened = await open({ writeSoftBytes: 4 * MIB });
    const reader = await opened.connect();
    const others = await Promise.all(Array.from({ length: 3 }, () => opened.connect()));
    for (const [index, wire] of others.entries()) {
      wire.pause();
      await wire.send(...Array.from({ length: index + 1 }, (_, ipcReqID) => ({ ipcReqID, uri: '/big' })));
    }
    const greedy = await opened.connect();
    greedy.pause();
    await greedy.send(...Array.from({ length: 20 }, (_, ipcReqID) => ({ ipcReqID, uri: '/big' })));
    await reader.send({ ipcReqID: 1, uri: ECHO, data: 1 });
    expect(await reader.next()).toEqual({ ipcReqID: 1, data: 1 });
    await eventually(() => opened.server.load.bufferedBytes).toBeLessThanOrEqual(2 * MIB);
    await assertServed(opened);
  });

  it('holds running requests: over it, the client whose they are is closed, not one with a few bytes', async () => {
    const opened = await open();
    const [greedy, halfFrame] = [await opened.connect(), await opened.connect()];
    await halfFrame.write('{"ipcReqID":');
    for (let index = 0; index < 4; index++) await greedy.send(never(index, 600_000));
    await greedy.closed();
    await eventually(() => opened.server.load.inFlight).toBe(0);
    expect(opened.server.load.bufferedBytes).toBeLessThan(100);
    await halfFrame.write(`1,"uri":"${ECHO}","data":"still here"}\n`);
    expect(await halfFrame.next()).toEqual({ ipcReqID: 1, data: 'still here' });
  });

  it('holds waiting requests: beyond it they are refused one by one, and the connection goes on', async () => {
    const opened = await open({ maxInFlightPerConnection: 1 });
    const wire = await opened.connect();
    await wire.send(never(0, 0));
    for (let index = 1; index <= 5; index++) await wire.send(never(index, 600_000));
    expect(await wire.take(3)).toMatchObject([
      { ipcReqID: 3, code: 'resource_exhausted' },
      { ipcReqID: 4, code: 'resource_exhausted' },
      { ipcReqID: 5, code: 'resource_exhausted' },
    ]);
    expect(opened.server.load.waiting).toBe(2);
    expect(opened.server.stats.connections).toBe(1);
    await assertServed(opened);
    wire.destroy();
    await eventually(() => opened.server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it('takes one frame of its own size, whole and in pieces', async () => {
    const opened = await open();
    const wire = await opened.connect();
    const head = `{"ipcReqID":1,"uri":"/never","data":"`;
    await wire.write(`${head}${'x'.repeat(2 * MIB - head.length - 2)}"}\n`);
    await eventually(() => opened.server.load.inFlight).toBe(1);
    expect(opened.server.load.bufferedBytes).toBe(2 * MIB);
    expect(opened.server.stats.errors).toEqual({});
  });

  it('lets a frame wait that has just been read, without counting it twice', async () => {
    const opened = await open({ maxInFlightPerConnection: 1 });
    const wire = await opened.connect();
    await wire.send(never(0, 0));
    await wire.send(never(1, 1_500_000));
    await eventually(() => opened.server.load.waiting).toBe(1);
    expect(wire.replies).toEqual([]);
  });

  it('is empty again when everybody has left', async () => {
    const opened = await open({ maxInFlightPerConnection: 2 });
    const wires = await Promise.all(Array.from({ length: 10 }, () => opened.connect()));
    for (const wire of wires) {
      await wire.send(never(0, 1_000), never(1, 1_000), never(2, 1_000));
      await wire.write('{"half');
    }
    await eventually(() => opened.server.load).toMatchObject({ inFlight: 20, waiting: 10 });
    for (const wire of wires) wire.destroy();
    await eventually(() => opened.server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
    expect(opened.server.stats.connections).toBe(0);
  });
});
