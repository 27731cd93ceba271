import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, eventually, openServer } from '../../fixtures/open-server';

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
  ])('is answered under %s, limit and remedy named, and the connection goes on', async (_what, frame, ipcReqID) => {
    const { server, connect, log } = await open();
    const wire = await connect();
    await wire.write(`${frame}\n`);
    const reply = await wire.next();
    expect(reply).toMatchObject({ ipcReqID, code: 'message_too_large', data: { code: 'message_too_large' } });
    expect(reply.message).toMatch(/over 1000 bytes .*raise max_frame_bytes/);
    await wire.send({ ipcReqID: 'next', uri: ECHO, data: 1 });
    expect(await wire.next()).toEqual({ ipcReqID: 'next', data: 1 });
    expect(server.stats.errors).toEqual({ message_too_large: 1 });
    expect(log.codes()).toEqual(['stream_err']);
  });

  it('harms nothing that was asked before it, or comes after', async () => {
    const { connect } = await open();
    const wire = await connect();
    const text = [
      JSON.stringify({ ipcReqID: 'slow', uri: DELAY, data: { delay: 60 } }),
      JSON.stringify({ ipcReqID: 'before', uri: ECHO }),
      frameOf(100 * LIMIT),
      JSON.stringify({ ipcReqID: 'after', uri: ECHO }),
      frameOf(LIMIT + 1, 'larger'),
      '',
    ].join('\n');
    // In pieces that end within the frame, and at its end.
    for (let at = 0; at < text.length; at += 7_001) await wire.write(text.slice(at, at + 7_001));
    const replies = await wire.take(5);
    expect(replies.map(({ ipcReqID, code }) => [ipcReqID, code])).toEqual([
      ['before', undefined],
      ['large', 'message_too_large'],
      ['after', undefined],
      ['larger', 'message_too_large'],
      ['slow', undefined],
    ]);
  });

  it('is answered while its peer still writes, who reads the reply and no error', async () => {
    const { connect } = await open();
    const wire = await connect();
    // Far more than the kernel buffers: most of it is written after the server has made up its mind.
    const isWritten = await wire.write(`${frameOf(8 * 1024 * 1024)}\n`);
    expect(await wire.next()).toMatchObject({ ipcReqID: 'large', code: 'message_too_large' });
    expect([isWritten, wire.error]).toEqual([true, undefined]);
  });

  it('that never ends is answered at once, held nowhere, and ends the connection after frame_timeout', async () => {
    const { server, connect } = await open({ frameTimeoutMs: 300 });
    const wire = await connect();
    await wire.write('x'.repeat(LIMIT + 1));
    expect(await wire.next()).toMatchObject({ code: 'message_too_large' });
    while (await wire.write('x'.repeat(10_000))) expect(server.load.bufferedBytes).toBe(0);
    expect(server.stats.errors).toEqual({ message_too_large: 1, frame_timeout: 1 });
    await eventually(() => server.stats.connections).toBe(0);
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
    expect(await bad.next()).toMatchObject({ code: 'message_too_large' });
    expect(await good.next()).toEqual({ ipcReqID: 1, data: { delay: 30 } });
  });
});
