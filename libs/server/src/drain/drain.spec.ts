import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, eventually, openServer } from '../../fixtures/open-server';
import { ownTime } from '../../fixtures/own-time';
import { virtualTime } from '../../fixtures/virtual-time';
import { Wire } from '../../fixtures/wire';
import { Server } from '../server';

describe('a drain', () => {
  it('of a quiet server takes no time, and its clients see an orderly end', async () => {
    const { server, connect, path } = await openServer();
    const [wire, silent] = [await connect(), await connect()];
    await wire.send({ ipcReqID: 1, uri: ECHO, data: 1 });
    await wire.next();
    const ownMs = ownTime();
    const { abandoned } = await server.drain();
    expect(abandoned).toBe(0);
    expect(ownMs()).toBeLessThan(300);
    await Promise.all([wire.ended(), silent.ended()]);
    expect([wire.error, silent.error]).toEqual([undefined, undefined]);
    await eventually(() => server.stats.connections).toBe(0);
    expect([existsSync(path), server.path]).toEqual([false, undefined]);
  });

  it('removes the name at once, so that another server can have it while requests still run', async () => {
    const { server, connect, path } = await openServer();
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: DELAY, data: { delay: 150 } });
    await eventually(() => server.load.inFlight).toBe(1);
    const draining = server.drain();
    await eventually(() => existsSync(path)).toBe(false);
    const next = new Server({ socketPath: path });
    await next.listen();
    await draining;
    expect(existsSync(path)).toBe(true);
    const other = await Wire.connect(path);
    await other.send({ ipcReqID: 1, uri: ECHO, data: 'next' });
    expect(await other.next()).toEqual({ ipcReqID: 1, data: 'next' });
    await next.abort();
    expect(await wire.next()).toEqual({ ipcReqID: 1, data: { delay: 150 } });
  });

  it('waits for what runs, and until its reply has left, however large', async () => {
    const { server, connect } = await openServer({
      '/later': (call) => void setTimeout(() => call.reply('x'.repeat(5_000_000)), 50),
    });
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: '/later' });
    await eventually(() => server.load.inFlight).toBe(1);
    wire.pause();
    const draining = server.drain();
    await eventually(() => server.load.inFlight).toBe(0);
    wire.resume();
    const { abandoned } = await draining;
    expect(((await wire.next()).data as string).length).toBe(5_000_000);
    await wire.ended();
    expect(abandoned).toBe(0);
  });

  it('serves who has connected and asked, though nobody has accepted them yet', async () => {
    const { server, connect } = await openServer();
    const wires = await Promise.all(Array.from({ length: 40 }, () => connect()));
    const sent = wires.map((wire, ipcReqID) => wire.send({ ipcReqID, uri: ECHO, data: 1 }));
    const draining = server.drain();
    await Promise.all(sent);
    const replies = await Promise.all(wires.map((wire) => wire.next()));
    expect(replies.map(({ ipcReqID, code }) => [ipcReqID, code])).toEqual(wires.map((_, index) => [index, undefined]));
    expect((await draining).abandoned).toBe(0);
  });

  it('serves requests that cross it within the grace, new and half sent ones', async () => {
    const time = virtualTime();
    const { server, connect, path } = await openServer({}, { drainGraceMs: 400 });
    const [slow, half, other] = [await connect(), await connect(), await connect()];
    await slow.send({ ipcReqID: 1, uri: DELAY, data: { delay: 300 } });
    await half.write(`{"ipcReqID":2,"uri":"${ECHO}",`);
    await time.until(() => server.load.inFlight === 1);
    const draining = server.drain();
    await time.until(() => !existsSync(path));
    await time.pass(250);
    await other.send({ ipcReqID: 3, uri: ECHO, data: 'crossing' });
    expect(await other.next()).toEqual({ ipcReqID: 3, data: 'crossing' });
    await half.write('"data":"late"}\n');
    expect(await half.next()).toEqual({ ipcReqID: 2, data: 'late' });
    await time.pass(1_000);
    expect((await draining).abandoned).toBe(0);
    expect(await slow.next()).toEqual({ ipcReqID: 1, data: { delay: 300 } });
  });

  it('does not cut off a client that asks one thing after the other: it is served, then told, then closed', async () => {
    const time = virtualTime();
    const { server, connect } = await openServer({}, { drainGraceMs: 250 });
    const wire = await connect();
    const replies: { readonly data?: unknown; readonly code?: unknown }[] = [];
    let draining: Promise<{ readonly abandoned: number }> | undefined;
    for (let id = 0; replies.at(-1)?.code === undefined; id++) {
      await wire.send({ ipcReqID: id, uri: ECHO, data: id });
      replies.push(await wire.next());
      draining ??= server.drain();
      await time.pass(150);
    }
    expect(replies.length).toBeGreaterThanOrEqual(3);
    expect(replies.slice(0, -1).map(({ data }) => data)).toEqual(replies.slice(0, -1).map((_, id) => id));
    expect(replies.at(-1)).toMatchObject({ code: 'unavailable' });
    await time.pass(1_000);
    expect((await draining)?.abandoned).toBe(0);
    await wire.ended();
  });

  it('waits for a half sent request no longer than the grace', async () => {
    const { server, connect } = await openServer({}, { drainGraceMs: 100 });
    const wire = await connect();
    await wire.write('{"ipcReqID":');
    await eventually(() => server.load.bufferedBytes).toBeGreaterThan(0);
    const ownMs = ownTime();
    const { ms } = await server.drain();
    expect(ms).toBeGreaterThanOrEqual(99);
    expect(ownMs()).toBeLessThan(400);
    await wire.ended();
  });

  it('answers later requests unavailable, and still finishes what ran or waited before', async () => {
    const { server, connect, log } = await openServer({}, { drainGraceMs: 30, maxInFlightPerConnection: 1 });
    const [slow, other] = [await connect(), await connect()];
    await slow.send(
      { ipcReqID: 1, uri: DELAY, data: { delay: 100 } },
      { ipcReqID: 2, uri: DELAY, data: { delay: 30 } },
      { ipcReqID: 3, uri: ECHO, data: 'waited' },
    );
    await eventually(() => server.load).toMatchObject({ inFlight: 1, waiting: 2 });
    const draining = server.drain();
    await new Promise((resolve) => setTimeout(resolve, 70));
    await other.send(
      { ipcReqID: 4, uri: ECHO, data: 1 },
      { v: 2, ipcReqID: 5, uri: ECHO },
      { v: 2, uri: ECHO, oneway: true },
    );
    await other.write('not json\n');
    expect(await other.take(4)).toMatchObject([
      { ipcReqID: 4, code: 'unavailable', data: { code: 'unavailable' } },
      { ipcReqID: null, code: 'unavailable', goaway: true },
      { v: 2, ipcReqID: 5, code: 'unavailable', message: expect.stringContaining('not executed') as string },
      { ipcReqID: null, code: 'parse_error' },
    ]);
    expect((await slow.take(3)).map(({ ipcReqID, code }) => [ipcReqID, code])).toEqual(
      [1, 2, 3].map((id) => [id, undefined]),
    );
    expect((await draining).abandoned).toBe(0);
    expect(log.codes()).toEqual(['unavailable', 'unavailable', 'unavailable', 'stream_err']);
  });

  it.each([0, 100])(
    'never takes longer than its timeout of %i ms: what still runs is given up',
    async (drainTimeoutMs) => {
      let signal: AbortSignal | undefined;
      const { server, connect } = await openServer(
        { '/never': (call) => void (signal = call.signal), '/big': (call) => call.reply('x'.repeat(5_000_000)) },
        { drainTimeoutMs },
      );
      const [never, unread, flooding] = [await connect(), await connect(), await connect()];
      unread.pause();
      await unread.send({ uri: '/big' });
      await never.send({ uri: '/never' });
      await eventually(() => server.load.inFlight).toBe(1);
      await eventually(() => server.load.bufferedBytes).toBeGreaterThan(1_000_000);
      const flooded = { isOver: false };
      const flood = (async () => {
        while (!flooded.isOver && (await flooding.send(...Array.from({ length: 100 }, () => ({ uri: ECHO })))));
      })();
      const ownMs = ownTime();
      const { abandoned } = await server.drain();
      const ms = ownMs();
      flooded.isOver = true;
      expect(abandoned).toBeGreaterThanOrEqual(2);
      expect(ms).toBeLessThan(drainTimeoutMs + 200);
      expect(signal?.aborted).toBe(true);
      expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
      await eventually(() => server.stats.connections).toBe(0);
      flooding.destroy();
      await flood;
    },
  );

  it('leaves a client that goes on asking after it was told, instead of waiting for its silence', async () => {
    const { server, connect } = await openServer({}, { drainGraceMs: 50, drainTimeoutMs: 20_000 });
    const wire = await connect();
    const frame = JSON.stringify({ ipcReqID: 1, uri: ECHO, data: 1 });
    // Resolves to false once nobody takes it any more.
    const asking = (async () => {
      while (await wire.write(`${frame}\n`.repeat(100)));
    })();
    await eventually(() => server.stats.current.requests > 100).toBe(true);
    const { ms } = await server.drain();
    expect(ms).toBeLessThan(5_000);
    await eventually(() => server.stats.connections).toBe(0);
    await asking;
  });

  it('leaves nobody who was only listened to on', async () => {
    const { server, connect } = await openServer({}, { maxFrameBytes: 100 });
    const wire = await connect();
    await wire.write('x'.repeat(200));
    expect(await wire.next()).toMatchObject({ code: 'message_too_large' });
    await server.drain();
    await eventually(() => server.stats.connections).toBe(0);
  });

  it('is one, however often it is asked for, and nothing where nothing listens', async () => {
    const { server } = await openServer();
    const [first, second] = await Promise.all([server.drain(), server.drain()]);
    expect(first).toBe(second);
    expect(await new Server({ socketPath: '/tmp/never' }).drain()).toEqual({ abandoned: 0, ms: 0 });
  });

  it('is cut short by an abort', async () => {
    const { server, connect } = await openServer({ '/never': () => undefined });
    const wire = await connect();
    await wire.send({ uri: '/never' });
    await eventually(() => server.load.inFlight).toBe(1);
    const draining = server.drain();
    await server.abort();
    expect((await draining).ms).toBeLessThan(2_000);
    await wire.closed();
  });
});
