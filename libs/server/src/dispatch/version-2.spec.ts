import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, eventually, openServer } from '../../fixtures/open-server';
import { ownTime } from '../../fixtures/own-time';

describe('a version 2 request', () => {
  it.each([
    [
      'data',
      { uri: ECHO, data: { code: 'no error', message: 'of ours' } },
      { data: { code: 'no error', message: 'of ours' } },
    ],
    ['no data', { uri: ECHO }, {}],
    ['no_handler_found', { uri: '/nope' }, { code: 'no_handler_found', message: 'No handler found for /nope' }],
    ['no_uri', {}, { code: 'no_uri', message: 'Missing required uri parameter from request' }],
    [
      'invalid_argument',
      { uri: DELAY, data: { delay: -1 } },
      { code: 'invalid_argument', message: expect.any(String) as string },
    ],
  ])('has its version and id echoed, and one shape of reply: %s', async (_what, request, reply) => {
    const wire = await (await openServer()).connect();
    await wire.send({ v: 2, ipcReqID: 'x.1', ...request });
    expect(await wire.next()).toEqual({ v: 2, ipcReqID: 'x.1', ...reply });
  });

  it('may stand between version 1 requests on one connection', async () => {
    const wire = await (await openServer()).connect();
    await wire.send({ ipcReqID: 1, uri: ECHO }, { v: 2, ipcReqID: 2, uri: ECHO }, { ipcReqID: 3, uri: ECHO });
    expect((await wire.take(3)).map(({ v }) => v)).toEqual([undefined, 2, undefined]);
  });

  it.each([
    ['v', { v: 3 }, 'v must be 2'],
    ['v', { v: 1 }, 'v must be 2'],
    ['v', { v: null }, 'v must be 2'],
    ['timeout', { v: 2, timeout: '5' }, 'timeout must be milliseconds'],
    ['timeout', { v: 2, timeout: -1 }, 'timeout must be milliseconds'],
    ['timeout', { v: 2, timeout: null }, 'timeout must be milliseconds'],
    ['oneway', { v: 2, oneway: 1 }, 'oneway must be true or false'],
    ['meta', { v: 2, meta: [] }, 'meta must map strings to strings'],
    ['meta', { v: 2, meta: { a: 1 } }, 'meta must map strings to strings'],
    ['meta', { v: 2, meta: { a: 'x'.repeat(8_192) } }, 'meta must map strings to strings, at most 8192 bytes'],
  ])('with a wrong %s (%j) is refused as invalid_request', async (_field, fields, message) => {
    const wire = await (await openServer()).connect();
    await wire.send({ ipcReqID: 1, uri: ECHO, ...fields });
    const reply = await wire.next();
    expect(reply).toMatchObject({ ipcReqID: 1, code: 'invalid_request' });
    expect(reply.message).toContain(message);
  });

  it.each([
    ['its own timeout where that is sooner', 80, 5_000],
    ['request_timeout where that is sooner', 5_000, 80],
  ])('is answered deadline_exceeded at %s, its signal aborted', async (_what, timeout, requestTimeoutMs) => {
    let signal: AbortSignal | undefined;
    const { connect } = await openServer({ '/never': (call) => void (signal = call.signal) }, { requestTimeoutMs });
    const wire = await connect();
    const [start, ownMs] = [performance.now(), ownTime()];
    await wire.send({ v: 2, ipcReqID: 1, uri: '/never', timeout });
    expect(await wire.next()).toMatchObject({ v: 2, ipcReqID: 1, code: 'deadline_exceeded' });
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
    expect(ownMs()).toBeLessThan(180);
    expect(signal?.aborted).toBe(true);
  });

  it('of version 1 has no timeout of its own, whatever it says', async () => {
    const wire = await (await openServer()).connect();
    await wire.send({ ipcReqID: 1, uri: DELAY, data: { delay: 60 }, timeout: 1, oneway: true });
    expect(await wire.next()).toEqual({ ipcReqID: 1, data: { delay: 60 } });
  });

  it('that is oneway is executed and gets no reply, whatever becomes of it', async () => {
    const executed: unknown[] = [];
    const { server, connect, log } = await openServer(
      {
        '/ok': (call) => {
          executed.push(call.request.message.data);
          call.reply(1);
        },
        '/throws': () => {
          throw new Error('x');
        },
        '/never': () => undefined,
      },
      { requestTimeoutMs: 30 },
    );
    const wire = await connect();
    await wire.send(...['/ok', '/throws', '/never', '/nope'].map((uri) => ({ v: 2, uri, oneway: true, data: uri })), {
      v: 2,
      ipcReqID: 'last',
      uri: DELAY,
      data: { delay: 20 },
    });
    await wire.next();
    await eventually(() => server.load.inFlight).toBe(0);
    expect(executed).toEqual(['/ok']);
    expect(wire.replies.map(({ ipcReqID }) => ipcReqID)).toEqual(['last']);
    expect([...log.codes()].sort()).toEqual(['handler_error', 'handler_timeout', 'no_handler_found']);
  });
});
