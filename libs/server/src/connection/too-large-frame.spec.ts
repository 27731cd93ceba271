import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, eventually, openServer } from '../../fixtures/open-server';
import { ownTime } from '../../fixtures/own-time';

const LIMIT = 1_000;

/** A line of exactly `bytes`, newline not counted. */
function frameOf(bytes: number, ipcReqID: string | number = 'large'): string {
  const [head = '', tail = ''] = JSON.stringify({ ipcReqID, uri: ECHO, data: '|' }).split('|');
  return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
}

describe.each([true, false])('a frame over the limit, with sharedReadBuffer %s', (sharedReadBuffer) => {
  const open = (options = {}) => openServer({}, { sharedReadBuffer, maxFrameBytes: LIMIT, ...options });

  it.each([
    [LIMIT - 1, undefined],
    [LIMIT, undefined],
    [LIMIT + 1, 'message_too_large'],
  ])('of %i bytes is answered with %s', async (bytes, code) => {
    const wire = await (await open()).connect();
    await wire.write(`${frameOf(bytes)}\n`);
    expect(await wire.next()).toMatchObject({ ipcReqID: 'large', ...(code && { code }) });
  });

  it.each([
    ['its string id', frameOf(LIMIT + 1, 'rq7'), 'rq7'],
    ['its number', frameOf(LIMIT + 1, 7), 7],
    ['null where it does not begin with its id', `{"data":"${'x'.repeat(LIMIT)}","ipcReqID":"rq7"}`, null],
    ['null where it is no request', 'x'.repeat(LIMIT + 1), null],
  ])('is answered under %s, limit and remedy named, and the connection ends', async (_what, frame, ipcReqID) => {
    const { server, connect, log } = await open();
    const wire = await connect();
    await wire.write(`${frame}\n`);
    const reply = await wire.next();
    expect(reply).toMatchObject({ ipcReqID, code: 'message_too_large', data: { code: 'message_too_large' } });
    expect(reply.message).toMatch(/over 1000 bytes .*raise max_frame_bytes/);
    await wire.ended();
    expect(server.stats.errors).toEqual({ message_too_large: 1 });
    expect(log.codes()).toEqual(['stream_err']);
  });

  it('ends the connection after what was asked before is answered; what comes after is not executed', async () => {
    const executed: unknown[] = [];
    const { server, connect } = await openServer(
      {
        '/count': (call) => {
          executed.push(call.request.id);
          call.reply(1);
        },
      },
      { sharedReadBuffer, maxFrameBytes: LIMIT },
    );
    const wire = await connect();
    await wire.write(
      [
        JSON.stringify({ ipcReqID: 'slow', uri: DELAY, data: { delay: 60 } }),
        JSON.stringify({ ipcReqID: 'before', uri: '/count' }),
        frameOf(LIMIT + 1),
        JSON.stringify({ ipcReqID: 'after', uri: '/count' }),
        '',
      ].join('\n'),
    );
    await wire.ended();
    expect(wire.replies.map(({ ipcReqID }) => ipcReqID)).toEqual(['before', 'large', 'slow']);
    expect(executed).toEqual(['before']);
    wire.halfClose();
    await eventually(() => server.stats.connections).toBe(0);
  });

  it('is answered while its peer still writes, who reads the reply and no error', async () => {
    const { connect } = await open();
    const wire = await connect();
    // Far more than the kernel buffers: most of it is written after the server has made up its mind.
    const isWritten = await wire.write(`${frameOf(8 * 1024 * 1024)}\n`);
    expect(await wire.next()).toMatchObject({ ipcReqID: 'large', code: 'message_too_large' });
    await wire.ended();
    expect([isWritten, wire.error]).toEqual([true, undefined]);
  });

  it('never ends: the peer is listened to for half a second and then left', async () => {
    const { server, connect } = await open();
    const wire = await connect();
    await wire.write('x'.repeat(LIMIT + 1));
    expect(await wire.next()).toMatchObject({ code: 'message_too_large' });
    const [start, ownMs] = [performance.now(), ownTime()];
    while (await wire.write('x'.repeat(10_000)));
    expect(performance.now() - start).toBeGreaterThan(200);
    expect(ownMs()).toBeLessThan(3_000);
    await eventually(() => server.stats.connections).toBe(0);
  });

  it('does not cost a peer that reads slowly the replies that it had coming', async () => {
    const data = 'x'.repeat(900_000);
    const { connect } = await openServer(
      { '/big': (call) => call.reply(data) },
      { sharedReadBuffer, maxFrameBytes: LIMIT },
    );
    const wire = await connect();
    wire.pause();
    await wire.send({ ipcReqID: 1, uri: '/big' });
    await wire.write(`${frameOf(LIMIT + 1)}\n`);
    // Longer than the server listens to a peer that is still writing.
    await new Promise((resolve) => setTimeout(resolve, 800));
    wire.resume();
    const replies = await wire.take(2);
    expect(replies.map(({ ipcReqID, code }) => [ipcReqID, code])).toEqual([
      [1, undefined],
      ['large', 'message_too_large'],
    ]);
    await wire.ended();
  });

  it('half-closed without an end is answered all the same', async () => {
    const wire = await (await open()).connect();
    await wire.write(frameOf(LIMIT + 1));
    wire.halfClose();
    await wire.ended();
    expect(wire.replies.map(({ ipcReqID, code }) => [ipcReqID, code])).toEqual([['large', 'message_too_large']]);
  });

  it('leaves other connections alone', async () => {
    const { connect } = await open();
    const [bad, good] = [await connect(), await connect()];
    await good.send({ ipcReqID: 1, uri: DELAY, data: { delay: 30 } });
    await bad.write('x'.repeat(LIMIT + 1));
    await bad.ended();
    expect(await good.next()).toEqual({ ipcReqID: 1, data: { delay: 30 } });
  });
});
