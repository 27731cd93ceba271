import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, eventually, openServer } from '../../fixtures/open-server';

const GOING = { ipcReqID: null, code: 'unavailable', goaway: true, message: expect.any(String) as string };

describe('a draining server tells that it goes', () => {
  it('once, to each connection that has made a version 2 request, and to no other', async () => {
    const { server, connect } = await openServer();
    const [modern, original, silent] = [await connect(), await connect(), await connect()];
    await modern.send({ v: 2, ipcReqID: 'a', uri: ECHO }, { ipcReqID: 'b', uri: ECHO });
    await original.send({ ipcReqID: 'c', uri: ECHO });
    await Promise.all([modern.take(2), original.next()]);
    await Promise.all([server.drain(), server.drain()]);
    await Promise.all([modern.ended(), original.ended(), silent.ended()]);
    expect(modern.replies.slice(2)).toEqual([GOING]);
    expect(original.replies).toHaveLength(1);
    expect(silent.replies).toEqual([]);
  });

  it('at the beginning: what was asked before and what crosses it is served', async () => {
    const { server, connect, path } = await openServer();
    const wire = await connect();
    await wire.send({ v: 2, ipcReqID: 'slow', uri: DELAY, data: { delay: 120 } });
    await eventually(() => server.load.inFlight).toBe(1);
    const draining = server.drain();
    expect(await wire.next()).toEqual(GOING);
    expect(server.path).toBe(path);
    await wire.send({ v: 2, ipcReqID: 'crossing', uri: ECHO, data: 1 });
    expect(await wire.take(2)).toMatchObject([{ ipcReqID: 'crossing', data: 1 }, { ipcReqID: 'slow' }]);
    expect((await draining).abandoned).toBe(0);
    expect(wire.replies).toHaveLength(3);
  });

  it('to a connection whose first version 2 request crosses it too', async () => {
    const { server, connect } = await openServer();
    const [busy, late] = [await connect(), await connect()];
    await busy.send({ ipcReqID: 1, uri: DELAY, data: { delay: 100 } });
    await eventually(() => server.load.inFlight).toBe(1);
    const draining = server.drain();
    await late.send({ v: 2, ipcReqID: 'a', uri: ECHO }, { v: 2, ipcReqID: 'b', uri: ECHO });
    const replies = await late.take(3);
    expect(replies.filter(({ goaway }) => goaway)).toEqual([GOING]);
    await draining;
    expect(late.replies).toHaveLength(3);
  });
});
