import { endpoint, fromJsonSchema } from '@pixl-ipc/contract';
import { IpcError } from '@pixl-ipc/protocol';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openEndpoints } from '../../fixtures/open-endpoints';
import { eventually } from '../../fixtures/open-server';
import type { WireReply } from '../../fixtures/wire';
import { handle, type Handler } from './handle';

const errors = { 'orders.sold_out': z.object({ left: z.int(), note: z.string().optional() }) };
const buy = endpoint('/orders/buy', {
  request: z.object({ sku: z.string(), qty: z.int().default(1) }),
  response: z.object({ sku: z.string(), qty: z.int() }),
  errors,
});
type Buy = Handler<typeof buy>;
const watch = endpoint('/orders/watch', {
  request: z.object({ count: z.int() }),
  response: z.object({ n: z.int() }),
  errors,
  stream: true,
});
const FAILED = 'The handler failed; the server log has the reason';

/** The reply to one request, and what the log has of it. */
async function ask(handler: Buy, request: object, options: { readonly validateResponses?: boolean } = {}) {
  const { server, connect, log } = openEndpoints({ endpoints: [handle(buy, handler)], ...options });
  const wire = connect();
  await wire.send({ v: 2, ipcReqID: 'a', uri: '/orders/buy', ...request });
  const reply: WireReply = await wire.next();
  expect(server.load.inFlight).toBe(0);
  return { reply, log: log.errors.map(({ code, message }) => `${code}: ${message.split(/\\x0a/)[0] ?? ''}`) };
}

describe('the handler of an endpoint', () => {
  it.each<[string, Buy]>([
    ['at once', (input) => input],
    ['later', async (input) => Promise.resolve(input)],
    ['by anything with a then', (input) => ({ then: (tell: (value: unknown) => void) => tell(input) }) as never],
  ])('is given valid data, defaults filled in and what is unknown left out, and answers %s', async (_how, handler) => {
    const { reply, log } = await ask(handler, { data: { sku: 'x', more: true } });
    expect(reply).toEqual({ v: 2, ipcReqID: 'a', data: { sku: 'x', qty: 1 } });
    expect(log).toEqual([]);
  });

  it('is reached by version 1 as well, and its caller told every error in both shapes', async () => {
    const { connect } = openEndpoints({ endpoints: [handle(buy, (input) => input)] });
    const wire = connect();
    await wire.send(
      { ipcReqID: 1, uri: '/orders/buy', data: { sku: 'x' } },
      { ipcReqID: 2, uri: '/orders/buy', data: { sku: 1, qty: 0.5 } },
    );
    const message =
      '/sku: Invalid input: expected string, received number; /qty: Invalid input: expected int, received number';
    const error = { code: 'invalid_argument', message };
    expect(await wire.take(2)).toEqual([
      { ipcReqID: 1, data: { sku: 'x', qty: 1 } },
      { ipcReqID: 2, ...error, data: error },
    ]);
  });

  it('never sees a key __proto__', async () => {
    const seen: unknown[] = [];
    const anything = endpoint('/anything', { request: z.looseObject({}), response: z.object({}) });
    const { connect } = openEndpoints({
      endpoints: [
        handle(anything, (input) => {
          seen.push(input);
          return {};
        }),
      ],
    });
    const wire = connect();
    await wire.write('{"ipcReqID":1,"uri":"/anything","data":{"a":{"__proto__":{"admin":true}},"__proto__":1}}\n');
    await wire.next();
    expect(JSON.stringify(seen)).toBe('[{"a":{}}]');
    expect((seen[0] as { a: { admin?: boolean } }).a.admin).toBeUndefined();
  });

  it('may be behind schemas that take their time', async () => {
    const slow = endpoint('/slow', {
      request: z.object({ a: z.string().refine((text) => Promise.resolve(text !== 'taken'), 'is taken') }),
      response: z.object({ b: z.string().transform((text) => Promise.resolve(text.toUpperCase())) }),
    });
    const { connect } = openEndpoints({ endpoints: [handle(slow, ({ a }) => ({ b: a }))] });
    const wire = connect();
    await wire.send(
      { v: 2, ipcReqID: 1, uri: '/slow', data: { a: 'free' } },
      { v: 2, ipcReqID: 2, uri: '/slow', data: { a: 'taken' } },
    );
    const replies = (await wire.take(2)).sort((one, other) => Number(one.ipcReqID) - Number(other.ipcReqID));
    expect(replies).toMatchObject([{ data: { b: 'FREE' } }, { code: 'invalid_argument', message: '/a: is taken' }]);
  });
});

describe('data that does not fit', () => {
  it.each([
    ['a wrong field', { data: { sku: 1 } }, ['/sku']],
    ['every wrong field', { data: { sku: 1, qty: 'x' } }, ['/sku', '/qty']],
    ['a missing field', { data: {} }, ['/sku']],
    ['no data', {}, ['']],
    ['a list', { data: [] }, ['']],
  ])('is answered invalid_argument with the path of %s, and not handled', async (_what, request, paths) => {
    const { reply, log } = await ask(() => expect.unreachable(), request);
    const { issues } = reply.details as { issues: { path: string; message: string }[] };
    expect(reply.code).toBe('invalid_argument');
    expect(issues.map(({ path }) => path)).toEqual(paths);
    expect(reply.message).toBe(
      issues.map(({ path, message }) => `${path}${path === '' ? '' : ': '}${message}`).join('; '),
    );
    const logged = paths.map((path) => (path === '' ? 'the whole' : path)).join(', ');
    expect(log).toEqual([`invalid_argument: request does not fit its contract at ${logged}`]);
  });

  it.each([
    ['the same', () => buy.hash, undefined],
    [
      'another',
      () => 'abcdef012345',
      { expected: expect.stringMatching(/^[0-9a-f]{12}$/) as string, got: 'abcdef012345' },
    ],
    ['none', () => undefined, undefined],
  ])('says whether its caller was made from another contract: %s', async (_what, contract, expected) => {
    const { reply } = await ask((input) => input, { data: {}, contract: contract() });
    expect((reply.details as { contract?: unknown }).contract).toEqual(expected);
  });

  it('is no error by its contract alone', async () => {
    const { reply } = await ask((input) => input, { data: { sku: 'x' }, contract: 'abcdef012345' });
    expect(reply.data).toEqual({ sku: 'x', qty: 1 });
  });

  it('brings neither its values nor control characters of its keys into the log', async () => {
    const map = endpoint('/map', { request: z.object({ map: z.record(z.string(), z.int()) }), response: z.object({}) });
    const { connect, log } = openEndpoints({ endpoints: [handle(map, () => ({}))] });
    const wire = connect();
    await wire.send({ uri: '/map', data: { map: { 'a\n[fake] line': 'secret' } } });
    await wire.next();
    expect(JSON.stringify(log.errors)).not.toMatch(/secret|\\n/);
    expect(log.errors[0]?.message).toContain('/map/a\\x0a[fake] line');
  });

  it('names what is wrong in a message of bounded length', async () => {
    const many = fromJsonSchema<object>({ type: 'object' }, () =>
      Array.from({ length: 5_000 }, (_, index) => ({ instancePath: `/${index}`, message: 'm'.repeat(500) })),
    );
    const wrong = endpoint('/wrong', { request: many, response: z.object({}) });
    const { connect, log } = openEndpoints({ endpoints: [handle(wrong, () => ({}))] });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 1, uri: '/wrong', data: {} });
    const { message, details } = await wire.next();
    expect(message?.length).toBeLessThanOrEqual(1_024);
    expect((details as { issues: unknown[] }).issues).toHaveLength(101);
    expect(log.errors[0]?.message.length).toBeLessThan(1_200);
  });
});

describe('a response that does not fit', () => {
  const wrong = (): never => ({ sku: 1, secret: 'payload' }) as never;

  it('is an internal error to the caller; the log has its path and none of its values', async () => {
    const { reply, log } = await ask(wrong, { data: { sku: 'x' } });
    expect(reply).toEqual({ v: 2, ipcReqID: 'a', code: 'internal', message: FAILED });
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('handler_error: OutputFault: the response does not fit its contract at /sku, /qty');
    expect(log[0]).not.toContain('payload');
  });

  it('goes out as it is where responses are not validated', async () => {
    const { reply, log } = await ask(wrong, { data: { sku: 'x' } }, { validateResponses: false });
    expect(reply.data).toEqual({ sku: 1, secret: 'payload' });
    expect(log).toEqual([]);
  });

  it('of a stream ends it at that item', async () => {
    let cleaned = false;
    const { connect, log } = openEndpoints({
      endpoints: [
        handle(watch, async function* ({ count }) {
          try {
            for (let n = 0; n < count; n++) yield await Promise.resolve({ n: n === 2 ? 0.5 : n, extra: 'left out' });
          } finally {
            cleaned = true;
          }
        }),
      ],
    });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 1, uri: '/orders/watch', data: { count: 5 }, more: true });
    expect((await wire.take(3)).map(({ data, code }) => code ?? data)).toEqual([{ n: 0 }, { n: 1 }, 'internal']);
    await eventually(() => cleaned).toBe(true);
    expect(log.errors.map(({ message }) => message.split(/\\x0a/)[0])).toEqual([
      'OutputFault: the response does not fit its contract at /n',
    ]);
  });
});

describe('an error that is thrown by the handler of an endpoint', () => {
  const remote = new IpcError('no_uri', 'of another server', { origin: 'remote' });
  it.each<[string, () => Error, object, RegExp | undefined]>([
    [
      'declared by its contract, reaches the caller with its details as declared',
      () => new buy.errors.soldOut({ left: 2, extra: true } as never),
      { code: 'orders.sold_out', message: 'sold out', details: { left: 2 } },
      undefined,
    ],
    [
      'declared, with a message of its own',
      () => buy.errors.soldOut({ left: 2 }, 'Come back tomorrow'),
      { code: 'orders.sold_out', message: 'Come back tomorrow', details: { left: 2 } },
      undefined,
    ],
    [
      'declared, with details that do not fit, is internal',
      () => new buy.errors.soldOut({ left: 'secret' } as never),
      { code: 'internal', message: FAILED },
      /the details of orders\.sold_out do not fit its contract at \/left: IpcError: sold out/,
    ],
    [
      'of the protocol, reaches the caller',
      () => new IpcError('permission_denied', 'Not yours', { details: { owner: 1 } }),
      { code: 'permission_denied', message: 'Not yours', details: { owner: 1 } },
      undefined,
    ],
    [
      'of the protocol, may say when to try again',
      () => new IpcError('resource_exhausted', 'Busy', { retryAfterMs: 250 }),
      { code: 'resource_exhausted', message: 'Busy', retryAfter: 250 },
      undefined,
    ],
    [
      'not declared, is internal',
      () => new IpcError('orders.lost', 'We lost it'),
      { code: 'internal', message: FAILED },
      /orders\.lost is not declared by the contract of \/orders\/buy; add it to errors there, .*IpcError: We lost it/,
    ],
    ['what another server told it, is internal', () => remote, { code: 'internal', message: FAILED }, /of another/],
    [
      'not to be shown, is internal',
      () => new IpcError('unavailable', '/secret/path', { expose: false }),
      { code: 'internal', message: FAILED },
      /secret/,
    ],
    ['any other, is internal', () => new Error('/secret'), { code: 'internal', message: FAILED }, /Error: \/secret/],
    [
      'a look-alike without a text, is internal',
      () =>
        Object.assign(new Error('x'), { name: 'IpcError', code: 'no_uri', expose: true, origin: 'local', message: 1n }),
      { code: 'internal', message: FAILED },
      /no_uri is too large, or no text/,
    ],
  ])('%s', async (_what, error, expected, logged) => {
    const fail = (): never => {
      throw error();
    };
    for (const handler of [fail, () => Promise.resolve().then(fail)]) {
      const { reply, log } = await ask(handler, { data: { sku: 'x' } });
      expect(reply).toEqual({ v: 2, ipcReqID: 'a', ...expected });
      expect(log).toHaveLength(logged ? 1 : 0);
      if (logged) expect(log[0]).toMatch(logged);
    }
  });

  it.each([0, 2])('after %i items of a stream, ends it', async (count) => {
    const { connect } = openEndpoints({
      endpoints: [
        handle(watch, async function* (input) {
          for (let n = 0; n < input.count; n++) yield await Promise.resolve({ n });
          throw new watch.errors.soldOut({ left: 0 });
        }),
      ],
    });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 1, uri: '/orders/watch', data: { count }, more: true });
    expect((await wire.take(count + 1)).map(({ seq, code }) => code ?? seq)).toEqual(
      [0, 1].slice(0, count).concat('orders.sold_out' as never),
    );
    expect(wire.replies.at(-1)?.details).toEqual({ left: 0 });
  });

  it('may be larger than a reply may be: the caller is told internal, the log which it was', async () => {
    const { connect, log } = openEndpoints({
      endpoints: [handle(buy, () => Promise.reject(new buy.errors.soldOut({ left: 0, note: 'x'.repeat(5_000) })))],
      maxResponseBytes: 1_000,
    });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 1, uri: '/orders/buy', data: { sku: 'x' } });
    expect(await wire.next()).toMatchObject({ code: 'internal' });
    expect(log.errors[0]?.message).toContain('orders.sold_out');
  });
});

describe('a streaming endpoint', () => {
  const endpoints = [
    handle(watch, async function* ({ count }) {
      for (let n = 0; n < count; n++) yield await Promise.resolve({ n });
    }),
  ];

  it('sends its items and ends', async () => {
    const { connect } = openEndpoints({ endpoints });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 1, uri: '/orders/watch', data: { count: 100 }, more: true, credit: 1_000 });
    const replies = await wire.take(101);
    expect(replies.slice(0, 100).map(({ data }) => (data as { n: number }).n)).toEqual([...Array(100).keys()]);
    expect(replies[100]).toEqual({ v: 2, ipcReqID: 1 });
  });

  it.each([
    ['without more', { v: 2, ipcReqID: 1 }],
    ['by version 1', { ipcReqID: 1, more: true }],
  ])('called %s is answered expected_more, whatever its data', async (_how, request) => {
    const { connect, log } = openEndpoints({ endpoints });
    const wire = connect();
    await wire.send({ ...request, uri: '/orders/watch' });
    const reply = await wire.next();
    expect(reply).toMatchObject({ ipcReqID: 1, code: 'expected_more' });
    if (!('v' in request)) expect(reply.data).toMatchObject({ code: 'expected_more' });
    expect(log.errors).toEqual([]);
  });

  it.each([
    ['a value', () => ({ n: 1 })],
    ['a promise', () => Promise.resolve({ n: 1 })],
    ['nothing', () => undefined],
  ])('whose handler returns %s fails, and the log says how to write it', async (_what, handler) => {
    const { connect, log } = openEndpoints({ endpoints: [handle(watch, handler as never)] });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 1, uri: '/orders/watch', data: { count: 1 }, more: true });
    expect(await wire.next()).toMatchObject({ code: 'internal' });
    expect(log.errors[0]?.message).toContain('write it as async function*');
  });

  it('refuses wrong data before its handler is called', async () => {
    const { connect } = openEndpoints({ endpoints });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 1, uri: '/orders/watch', data: { count: 'x' }, more: true });
    expect(await wire.next()).toMatchObject({ code: 'invalid_argument' });
  });
});

it('an endpoint that does not stream answers a caller that accepts a stream with one reply', async () => {
  const { reply } = await ask((input) => input, { data: { sku: 'x' }, more: true, credit: 0 });
  expect(reply).toEqual({ v: 2, ipcReqID: 'a', data: { sku: 'x', qty: 1 } });
});
