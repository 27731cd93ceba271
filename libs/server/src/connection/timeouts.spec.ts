import { describe, expect, it } from 'vitest';
import { ownTime } from '../../fixtures/own-time';
import { virtualTime } from '../../fixtures/virtual-time';
import { DELAY, ECHO, eventually, openServer } from '../../fixtures/open-server';

const request = `${JSON.stringify({ ipcReqID: 1, uri: ECHO, data: 1 })}\n`;

describe.each([true, false])('a connection, with sharedReadBuffer %s', (sharedReadBuffer) => {
  it('is closed frame_timeout after a frame has begun and not ended; its peer is told', async () => {
    const { server, connect, log } = await openServer({}, { sharedReadBuffer, frameTimeoutMs: 100 });
    const wire = await connect();
    await wire.write(`${request}{"ipcReqID":`);
    expect(await wire.take(2)).toMatchObject([
      { ipcReqID: 1 },
      { ipcReqID: null, code: 'deadline_exceeded', message: 'a frame has begun but not ended within 100 ms' },
    ]);
    await wire.closed();
    await eventually(() => server.stats.connections).toBe(0);
    expect(server.stats.errors).toEqual({ frame_timeout: 1 });
    expect(log.codes()).toEqual(['client_socket_err']);
  });

  it('is closed after frame_timeout although its peer drips', async () => {
    const { server, connect } = await openServer({}, { sharedReadBuffer, frameTimeoutMs: 150 });
    const wire = await connect();
    const ownMs = ownTime();
    while (await wire.write(' ')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(ownMs()).toBeLessThan(1_000);
    expect(server.stats.errors).toEqual({ frame_timeout: 1 });
  });

  it('is not closed by frame_timeout while frames end, however they are cut', async () => {
    const time = virtualTime();
    const { server, connect } = await openServer({}, { sharedReadBuffer, frameTimeoutMs: 100 });
    const wire = await connect();
    const middle = request.length / 2;
    await wire.write(request.slice(0, middle));
    for (let count = 0; count < 8; count++) {
      await time.pass(60);
      await wire.write(request.slice(middle) + request.slice(0, middle));
      await wire.next();
    }
    expect(server.stats.errors).toEqual({});
    expect(wire.replies).toHaveLength(8);
  });

  it('that says nothing is closed after idle_timeout, without an error', async () => {
    const { server, connect, log } = await openServer({}, { sharedReadBuffer, idleTimeoutMs: 80 });
    const wire = await connect();
    const start = performance.now();
    await wire.ended();
    expect(performance.now() - start).toBeGreaterThan(60);
    expect(server.stats.errors).toEqual({ idle_timeout: 1 });
    expect([wire.replies, wire.error, log.errors]).toEqual([[], undefined, []]);
    await eventually(() => server.stats.connections).toBe(0);
  });

  it('that waits for a reply is not idle', async () => {
    const time = virtualTime();
    const { server, connect } = await openServer({}, { sharedReadBuffer, idleTimeoutMs: 50 });
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: DELAY, data: { delay: 250 } });
    await time.until(() => server.load.inFlight === 1);
    await time.pass(251);
    expect(await wire.next()).toEqual({ ipcReqID: 1, data: { delay: 250 } });
    await time.pass(100);
    await wire.ended();
  });

  it('that is idle stays open where idle_timeout is off, as it is by default', async () => {
    const { server, connect } = await openServer({}, { sharedReadBuffer, frameTimeoutMs: 20, slowReaderTimeoutMs: 20 });
    const wire = await connect();
    await wire.write(request);
    await wire.next();
    await new Promise((resolve) => setTimeout(resolve, 150));
    await wire.write(request);
    await wire.next();
    expect(server.stats.connections).toBe(1);
  });
});
