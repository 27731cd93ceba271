import { IpcError } from '@pixl-ipc/protocol';
import { describe, expect, it } from 'vitest';
import { openServer } from '../../fixtures/open-server';
import type { Handle } from '../router/router';

const throwing =
  (thrown: unknown): Handle =>
  () => {
    throw thrown;
  };
const failing =
  (thrown: unknown): Handle =>
  (call) =>
    void Promise.resolve().then(() => call.fail(thrown));
const replying =
  (data: unknown): Handle =>
  (call) =>
    call.reply(data);

const circular: Record<string, unknown> = {};
circular.self = circular;
const deep = (): unknown => Array.from({ length: 20_000 }).reduce<unknown>((inner) => [inner], []);
const hostile = (message: unknown): unknown => Object.assign(new Error('x'), { message, stack: message });
const trap = new Proxy(
  {},
  {
    get: () => trap,
    has: () => true,
    ownKeys: () => {
      throw new Error('trap');
    },
  },
);
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable(new Error('x'), {});
  revoke();
  return proxy;
};
const explosive = Object.defineProperties(new Error('x'), {
  stack: {
    get: () => {
      throw new Error('stack');
    },
  },
  message: {
    get: () => {
      throw new Error('message');
    },
  },
});

const FAILED = 'The handler failed; the server log has the reason';
const UNSERIALIZABLE = 'The reply could not be serialized';

/** What a handler does wrong, the error its caller gets, and the code of the one log line. */
const FAULTS: readonly [string, Handle, { code: string; message?: unknown }, string][] = [
  ['throws', throwing(new Error('/secret/path')), { code: 'internal', message: FAILED }, 'handler_error'],
  ['fails later', failing(new Error('/secret/path')), { code: 'internal', message: FAILED }, 'handler_error'],
  [
    'throws an error to be shown',
    throwing(new IpcError('orders.sold_out', 'None left')),
    { code: 'orders.sold_out', message: 'None left' },
    'handler_error',
  ],
  [
    'throws an error not to be shown',
    throwing(new IpcError('unavailable', '/secret', { expose: false })),
    { code: 'internal', message: FAILED },
    'handler_error',
  ],
  [
    'throws what another server told it',
    throwing(new IpcError('no_uri', 'x', { origin: 'remote' })),
    { code: 'internal', message: FAILED },
    'handler_error',
  ],
  ['throws text', throwing('text'), { code: 'internal', message: FAILED }, 'handler_error'],
  ['throws nothing', throwing(undefined), { code: 'internal', message: FAILED }, 'handler_error'],
  ['throws null', throwing(null), { code: 'internal', message: FAILED }, 'handler_error'],
  ['throws a BigInt', throwing(1n), { code: 'internal', message: FAILED }, 'handler_error'],
  ['throws a symbol', throwing(Symbol('x')), { code: 'internal', message: FAILED }, 'handler_error'],
  [
    'throws an object without a prototype',
    throwing(Object.create(null)),
    { code: 'internal', message: FAILED },
    'handler_error',
  ],
  ['throws something circular', throwing(circular), { code: 'internal', message: FAILED }, 'handler_error'],
  ['throws a proxy that is a trap', throwing(trap), { code: 'internal', message: FAILED }, 'handler_error'],
  [
    'throws an error that throws when looked at',
    throwing(explosive),
    { code: 'internal', message: FAILED },
    'handler_error',
  ],
  [
    'throws an error whose texts are none',
    throwing(hostile({})),
    { code: 'internal', message: FAILED },
    'handler_error',
  ],
  [
    'throws an error whose stack acts as if it were text',
    throwing(Object.assign(new Error('x'), { stack: { length: 0, replace: () => Object.create(null) as unknown } })),
    { code: 'internal', message: FAILED },
    'handler_error',
  ],
  ['throws a proxy that is revoked', throwing(revoked()), { code: 'internal', message: FAILED }, 'handler_error'],
  [
    'throws a look-alike whose message is no text',
    throwing(
      Object.assign(new Error('x'), { name: 'IpcError', code: 'c', expose: true, origin: 'local', message: 1n }),
    ),
    { code: 'internal' },
    'handler_error',
  ],
  [
    'throws an error to be shown with circular details',
    throwing(new IpcError('orders.bad', 'm', { details: circular })),
    { code: 'orders.bad', message: 'm' },
    'handler_error',
  ],
  [
    'throws an error to be shown that is larger than a reply may be',
    throwing(new IpcError('orders.bad', 'x'.repeat(5_000))),
    { code: 'internal', message: FAILED },
    'handler_error',
  ],
  [
    'replies something circular',
    replying(circular),
    { code: 'internal', message: UNSERIALIZABLE },
    'reply_not_serializable',
  ],
  ['replies a BigInt', replying({ n: 1n }), { code: 'internal', message: UNSERIALIZABLE }, 'reply_not_serializable'],
  [
    'replies something too deep',
    replying(deep()),
    { code: 'internal', message: UNSERIALIZABLE },
    'reply_not_serializable',
  ],
  [
    'replies what throws when read',
    replying({
      get a() {
        throw new Error('x');
      },
    }),
    { code: 'internal', message: UNSERIALIZABLE },
    'reply_not_serializable',
  ],
  [
    'replies what throws nothing when read',
    replying({ toJSON: throwing(undefined) }),
    { code: 'internal', message: UNSERIALIZABLE },
    'reply_not_serializable',
  ],
  [
    'replies what throws an object without a prototype',
    replying({ toJSON: throwing(Object.create(null)) }),
    { code: 'internal', message: UNSERIALIZABLE },
    'reply_not_serializable',
  ],
  [
    'replies what throws an error whose texts are none',
    replying({ toJSON: throwing(hostile(1)) }),
    { code: 'internal', message: UNSERIALIZABLE },
    'reply_not_serializable',
  ],
  [
    'replies more than a reply may be',
    replying('x'.repeat(5_000)),
    {
      code: 'message_too_large',
      message: expect.stringMatching(/^reply is 50\d\d bytes, limit 1000; raise max_response_bytes/),
    },
    'message_too_large',
  ],
  [
    'replies more bytes than a reply may be, in fewer characters',
    replying('é'.repeat(600)),
    { code: 'message_too_large', message: expect.anything() },
    'message_too_large',
  ],
];

describe('a handler that', () => {
  it.each(FAULTS)(
    '%s gives its caller one error and the log one line, and the server lives',
    async (_what, handle, error, logged) => {
      const { server, connect, log } = await openServer({ '/fault': handle }, { maxResponseBytes: 1_000 });
      const wire = await connect();
      await wire.send({ ipcReqID: 'v1', uri: '/fault' });
      await wire.next();
      expect(log.codes()).toEqual([logged]);
      await wire.send(
        { v: 2, ipcReqID: 'v2', uri: '/fault' },
        { ipcReqID: 'last', uri: '/ipcserver/test/echo', data: 1 },
      );
      await wire.take(2);
      const v1 = wire.replies.filter(({ ipcReqID }) => ipcReqID === 'v1');
      const v2 = wire.replies.filter(({ ipcReqID }) => ipcReqID === 'v2');
      expect(v1).toEqual([
        { ipcReqID: 'v1', message: v1[0]?.message, ...error, data: { message: v1[0]?.message, ...error } },
      ]);
      expect(v2).toEqual([{ v: 2, ipcReqID: 'v2', message: v1[0]?.message, ...error }]);
      expect(JSON.stringify(wire.replies)).not.toContain('secret');
      expect(log.errors.every(({ data }) => (data as { handler: string }).handler === 'fault')).toBe(true);
      expect(log.errors.every(({ message }) => typeof message === 'string')).toBe(true);
      expect(server.stats.errors).toEqual({ [error.code]: 2 });
      expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
    },
  );

  it('throws its request brings no payload into the log, and no control character of a stranger', async () => {
    const { connect, log } = await openServer({
      '/object': (call) => {
        throw call.request.message.data as Error;
      },
      '/message': (call) => {
        throw new Error(`bad name ${String(call.request.message.data)}`);
      },
      '/tag': (call) => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what handlers do wrong
        throw { [Symbol.toStringTag]: call.request.message.data };
      },
    });
    const wire = await connect();
    await wire.send(
      { uri: '/object', data: { password: 'secret' } },
      { uri: '/message', data: '\u001b[2Jx\n[fake] line' },
      { uri: '/tag', data: '\u001b[2Jx\n[fake] line' },
    );
    await wire.take(3);
    expect(JSON.stringify(log.errors)).not.toContain('secret');
    // eslint-disable-next-line no-control-regex -- finding control characters is the purpose
    for (const { message } of log.errors) expect(message).not.toMatch(/[\u0000-\u001f]/);
    expect(log.errors[1]?.message).toMatch(/^Error: bad name \\x1b\[2Jx\\x0a\[fake\] line\\x0a +at .*handler-faults/);
  });

  it('replies exactly max_response_bytes is served', async () => {
    const { connect } = await openServer(
      { '/fit': replying('x'.repeat(1_000 - '{"ipcReqID":1,"data":""}'.length)) },
      { maxResponseBytes: 1_000 },
    );
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: '/fit' });
    expect((await wire.next()).code).toBeUndefined();
  });

  it('replies undefined replies without data', async () => {
    const { connect } = await openServer({ '/nothing': replying(undefined) });
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: '/nothing' });
    expect(await wire.next()).toEqual({ ipcReqID: 1 });
  });

  it.each([() => 1, Symbol('x')])('replies %o, which JSON has no form for, fails its call', async (data) => {
    const { connect, log } = await openServer({ '/nothing': replying(data) });
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: '/nothing' });
    expect(await wire.next()).toMatchObject({ ipcReqID: 1, code: 'internal' });
    expect(log.lines.map(({ code }) => code)).toEqual(['reply_not_serializable']);
  });

  it('closes the connection it serves leaves nothing behind', async () => {
    let aborted = false;
    const { server, connect } = await openServer({
      '/close': (call) => {
        server.closeConnections();
        aborted = call.signal.aborted;
      },
    });
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: '/close' });
    await wire.closed();
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
    expect(aborted).toBe(false);
  });
});
