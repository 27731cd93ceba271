import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, eventually, openServer } from '../../fixtures/open-server';

describe.each([true, false])('frames, with sharedReadBuffer %s', (sharedReadBuffer) => {
  const open = () => openServer({}, { sharedReadBuffer });

  it.each([
    ['text', 'abc'],
    ['code points of every length', 'aé€😀'],
    ['escaped line breaks', 'a\nb\r\u2028c'],
    ['null', null],
    ['nothing in it', {}],
    ['keys of objects', JSON.parse('{"__proto__":{"a":1},"constructor":2}')],
  ] as readonly [string, unknown][])('of %s may come byte by byte', async (_what, data) => {
    const wire = await (await open()).connect();
    await wire.drip(`${JSON.stringify({ ipcReqID: 'rq0', uri: ECHO, data })}\n`);
    const reply = await wire.next();
    expect(JSON.stringify(reply)).toBe(JSON.stringify({ ipcReqID: 'rq0', data }));
  });

  it('may come joined, cut anywhere, and are answered in order', async () => {
    const wire = await (await open()).connect();
    const requests = Array.from({ length: 50 }, (_, index) => ({ ipcReqID: index, uri: ECHO, data: `é${index}` }));
    const bytes = Buffer.from(requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
    for (let at = 0; at < bytes.length; at += 777) await wire.write(bytes.subarray(at, at + 777));
    expect((await wire.take(50)).map(({ ipcReqID }) => ipcReqID)).toEqual(requests.map(({ ipcReqID }) => ipcReqID));
  });

  it('of many read buffers arrive whole, between small ones', async () => {
    const wire = await (await open()).connect();
    const sizes = [1, 65_535, 65_536, 131_071, 131_072, 131_073, 300_000, 2];
    await wire.send(...sizes.map((size, ipcReqID) => ({ ipcReqID, uri: ECHO, data: 'x'.repeat(size) })));
    const replies = await wire.take(sizes.length);
    expect(replies.map(({ data }) => (data as string).length)).toEqual(sizes);
  });

  it.each([
    ['blank lines', '\n\n\r\n \t \n', '\n'],
    ['a carriage return before its end', '', '\r\n'],
    ['leading and trailing spaces', '   ', '  \n'],
    ['nothing at its end but the half-close', '', ''],
    ['a carriage return and the half-close', '', '\r'],
  ])('may have around them %s', async (_what, before, after) => {
    const wire = await (await open()).connect();
    await wire.write(`${before}${JSON.stringify({ ipcReqID: 'a', uri: ECHO, data: 1 })}${after}`);
    wire.halfClose();
    await wire.ended();
    expect(wire.replies).toEqual([{ ipcReqID: 'a', data: 1 }]);
  });

  it.each([
    ['none', '', 0],
    ['a blank line', '\n \n', 0],
    ['spaces without an end', '  ', 0],
    ['half a frame', '{"ipcReqID":"a","uri":', 1],
  ])('where a peer half-closes after %s: the connection ends without more than %s', async (_what, bytes, answers) => {
    const wire = await (await open()).connect();
    await wire.write(bytes);
    wire.halfClose();
    await wire.ended();
    expect(wire.replies.map(({ code }) => code)).toEqual(Array(answers).fill('parse_error'));
  });

  it('asked for before a half-close are answered, slow ones too, then the connection ends', async () => {
    const { server, connect } = await open();
    const wire = await connect();
    await wire.send(
      { ipcReqID: 1, uri: DELAY, data: { delay: 60 } },
      { ipcReqID: 2, uri: DELAY, data: { delay: 20 } },
      { ipcReqID: 3, uri: ECHO, data: 3 },
    );
    wire.halfClose();
    await wire.ended();
    expect(wire.replies.map(({ ipcReqID }) => ipcReqID)).toEqual([3, 2, 1]);
    await eventually(() => server.stats.connections).toBe(0);
  });

  it('more than a turn takes are all answered before a half-closed connection ends', async () => {
    const { connect } = await openServer({}, { sharedReadBuffer, framesPerTurn: 3 });
    const wire = await connect();
    await wire.send(...Array.from({ length: 100 }, (_, ipcReqID) => ({ ipcReqID, uri: ECHO, data: 0 })));
    wire.halfClose();
    await wire.ended();
    expect(wire.replies).toHaveLength(100);
  });

  it.each([0, '', 'constructor', '__proto__', 'rq0', -1, 1.5, '0', '"\\\u0000é😀', null])(
    'are answered under their own id %j',
    async (ipcReqID) => {
      const wire = await (await open()).connect();
      await wire.send({ ipcReqID, uri: ECHO, data: 1 });
      expect(await wire.next()).toEqual({ ipcReqID, data: 1 });
    },
  );
});
