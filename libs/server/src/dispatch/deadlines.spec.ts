import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, eventually, openServer } from '../../fixtures/open-server';
import { ownTime } from '../../fixtures/own-time';
import type { Call } from './call';

describe('a handler that does not answer in time', () => {
  it('has its caller told at request_timeout and its signal aborted; one log line says so', async () => {
    let call: Call | undefined;
    const { server, connect, log } = await openServer(
      { '/never': (started) => expect((call = started).signal.aborted).toBe(false) },
      { requestTimeoutMs: 150 },
    );
    const wire = await connect();
    const [start, ownMs] = [performance.now(), ownTime()];
    await wire.send({ ipcReqID: 1, uri: '/never' });
    const reply = await wire.next();
    expect(reply).toMatchObject({ ipcReqID: 1, code: 'deadline_exceeded', data: { code: 'deadline_exceeded' } });
    expect(performance.now() - start).toBeGreaterThanOrEqual(149);
    expect(ownMs()).toBeLessThan(250);
    expect(call?.signal.aborted).toBe(true);
    expect(log.errors).toEqual([
      {
        code: 'handler_timeout',
        message: expect.stringMatching(/^handler has not replied within \d+ ms; raise request_timeout/) as string,
        data: { handler: 'never', uri: '/never' },
      },
    ]);
    expect(server.stats.errors).toEqual({ deadline_exceeded: 1 });
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it('may answer or fail afterwards as often as it likes: nobody is told', async () => {
    let call: Call | undefined;
    const { connect, log } = await openServer(
      { '/never': (started) => void (call = started) },
      { requestTimeoutMs: 30 },
    );
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: '/never' });
    await wire.next();
    for (let count = 0; count < 3; count++) {
      call?.reply('late');
      call?.fail(new Error('late'));
    }
    await wire.send({ ipcReqID: 2, uri: ECHO, data: 1 });
    expect(await wire.next()).toEqual({ ipcReqID: 2, data: 1 });
    expect(wire.replies).toHaveLength(2);
    expect(log.codes()).toEqual(['handler_timeout']);
  });

  it('finds its signal aborted even if it asks for it only then', async () => {
    let call: Call | undefined;
    const { connect } = await openServer({ '/never': (started) => void (call = started) }, { requestTimeoutMs: 30 });
    const wire = await connect();
    await wire.send({ uri: '/never' });
    await wire.next();
    expect(call?.signal.aborted).toBe(true);
  });

  it('among hundreds has each caller told once, close to its own time', async () => {
    const { connect } = await openServer({ '/never': () => undefined }, { requestTimeoutMs: 200 });
    const wires = await Promise.all([connect(), connect(), connect()]);
    const ownMs = ownTime();
    for (const wire of wires)
      await wire.send(...Array.from({ length: 200 }, (_, ipcReqID) => ({ ipcReqID, uri: '/never' })));
    const replies = (await Promise.all(wires.map((wire) => wire.take(200)))).flat();
    expect(ownMs()).toBeLessThan(1_500);
    expect(replies.every(({ code }) => code === 'deadline_exceeded')).toBe(true);
  });

  it('waits for ever where request_timeout is 0', async () => {
    const { connect, log } = await openServer({}, { requestTimeoutMs: 0 });
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: DELAY, data: { delay: 200 } });
    expect(await wire.next()).toEqual({ ipcReqID: 1, data: { delay: 200 } });
    expect(log.errors).toEqual([]);
  });

  it('frees its place for a request that waits', async () => {
    const { server, connect } = await openServer(
      { '/never': () => undefined },
      { requestTimeoutMs: 50, maxInFlightPerConnection: 1 },
    );
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: '/never' }, { ipcReqID: 2, uri: '/never' }, { ipcReqID: 3, uri: ECHO });
    expect((await wire.take(3)).map(({ ipcReqID, code }) => [ipcReqID, code])).toEqual([
      [1, 'deadline_exceeded'],
      [2, 'deadline_exceeded'],
      [3, undefined],
    ]);
    await eventually(() => server.load.inFlight).toBe(0);
  });
});

describe('a request whose time is over before its turn', () => {
  it.each([
    ['a handler of the same read blocks', {}],
    ['it waits for its connection’s turn', { framesPerTurn: 1 }],
    ['it waits for its connection’s turn in bytes of its own', { framesPerTurn: 1, sharedReadBuffer: false }],
  ])('is not started while %s; one with more time is', async (_what, options) => {
    const started: unknown[] = [];
    const { connect, log } = await openServer(
      {
        '/block': (call) => {
          const end = performance.now() + 60;
          while (performance.now() < end);
          call.reply(null);
        },
        '/work': (call) => {
          started.push(call.request.id);
          call.reply(null);
        },
      },
      options,
    );
    const wire = await connect();
    await wire.send(
      { ipcReqID: 'first', uri: '/block' },
      { v: 2, ipcReqID: 'short', uri: '/work', timeout: 40 },
      { v: 2, ipcReqID: 'long', uri: '/work', timeout: 60_000 },
    );
    const [, short, long] = await wire.take(3);
    expect(short).toMatchObject({ ipcReqID: 'short', code: 'deadline_exceeded' });
    expect(short?.message).toMatch(/^The request waited (?:[6-9]\d|\d{3,}) ms for its turn.*; it was not executed$/);
    expect(long).toEqual({ v: 2, ipcReqID: 'long', data: null });
    expect(started).toEqual(['long']);
    expect(log.codes()).toEqual(['deadline_exceeded']);
  });
});

describe('the delay endpoint', () => {
  it.each([
    [{ delay: 0 }, { delay: 0 }],
    [{ delay: 20.5 }, { delay: 20.5 }],
    [{ delay: null }, { delay: 0 }],
    [{}, { delay: 0 }],
    [undefined, { delay: 0 }],
    [null, { delay: 0 }],
    ['text', { delay: 0 }],
    [[1], { delay: 0 }],
  ])('asked with %j replies %j', async (data, expected) => {
    const wire = await (await openServer()).connect();
    await wire.send({ ipcReqID: 1, uri: DELAY, data });
    expect(await wire.next()).toEqual({ ipcReqID: 1, data: expected });
  });

  it.each([-1, '5', 1e300, 2 ** 31, {}, [], true])('refuses a delay of %j as invalid_argument', async (delay) => {
    const wire = await (await openServer()).connect();
    await wire.send({ ipcReqID: 1, uri: DELAY, data: { delay } });
    expect(await wire.next()).toMatchObject({ ipcReqID: 1, code: 'invalid_argument' });
  });

  it('leaves no timer behind when its caller goes', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const { server, connect } = await openServer();
    const wire = await connect();
    const before = timers();
    await wire.send(...Array.from({ length: 50 }, () => ({ uri: DELAY, data: { delay: 60_000 } })));
    await eventually(() => server.load.inFlight).toBe(50);
    expect(timers()).toBeGreaterThanOrEqual(before + 50);
    wire.destroy();
    await eventually(timers).toBeLessThanOrEqual(before);
  });
});
