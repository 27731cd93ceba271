import { AsyncLocalStorage } from 'node:async_hooks';
import { endpoint } from '@pixl-ipc/contract';
import { CANCEL_URI, IpcError } from '@pixl-ipc/protocol';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openEndpoints } from '../../fixtures/open-endpoints';
import { eventually } from '../../fixtures/open-server';
import { handle } from './handle';
import { middleware, type Middleware } from './middleware';

const greet = endpoint('/greet', {
  request: z.object({ name: z.string() }),
  response: z.object({ hello: z.string() }),
});
const count = endpoint('/count', { request: z.object({}), response: z.int(), stream: true });
const reply = handle(greet, ({ name }) => ({ hello: name }));

/** Notes when a call goes in and comes out, and with which error. */
const noting = (notes: string[], name: string): Middleware =>
  middleware(async (_context, next) => {
    notes.push(`${name} in`);
    try {
      return await next();
    } catch (error) {
      notes.push(`${name} ${(error as IpcError).code}`);
      throw error;
    } finally {
      notes.push(`${name} out`);
    }
  });

async function ask(wraps: readonly Middleware[], request: object = {}, handler = reply) {
  const { connect, log, server } = openEndpoints({ endpoints: [handler], middleware: wraps });
  const wire = connect();
  await wire.send({ v: 2, ipcReqID: 1, uri: '/greet', data: { name: 'Ada' }, ...request });
  const answer = await wire.next();
  await eventually(() => server.load.inFlight).toBe(0);
  return { ...answer, log: log.errors.map(({ message }) => message.split(/\\x0a/)[0]) };
}

describe('middleware', () => {
  it('stands around the handler, that of the server outermost, and the reply leaves when all have ended', async () => {
    const notes: string[] = [];
    const handler = handle.use(noting(notes, 'own')).use(noting(notes, 'inner'))(greet, ({ name }) => {
      notes.push('handler');
      return { hello: name };
    });
    expect(await ask([noting(notes, 'server'), noting(notes, 'second')], {}, handler)).toMatchObject({
      data: { hello: 'Ada' },
    });
    expect(notes).toEqual([
      'server in',
      'second in',
      'own in',
      'inner in',
      'handler',
      'inner out',
      'own out',
      'second out',
      'server out',
    ]);
  });

  it('may refuse a call before anything is told about it', async () => {
    const denied: Middleware = () => {
      throw new IpcError('permission_denied', 'Not you');
    };
    const { log, ...answer } = await ask([denied], { data: { name: 1 } });
    expect(answer).toEqual({ v: 2, ipcReqID: 1, code: 'permission_denied', message: 'Not you' });
    expect(log).toEqual([]);
  });

  it.each([
    ['that the data does not fit', { data: {} }, reply, 'invalid_argument'],
    [
      'what the handler throws',
      {},
      handle(greet, () => Promise.reject(new IpcError('unavailable', 'x'))),
      'unavailable',
    ],
    ['that the response does not fit', {}, handle(greet, () => ({ hello: 1 }) as never), undefined],
  ])('sees %s', async (_what, request, handler, code) => {
    const notes: string[] = [];
    await ask([noting(notes, 'a')], request, handler);
    expect(notes).toEqual(['a in', `a ${code ?? 'undefined'}`, 'a out']);
  });

  it('may put another error in the place of one', async () => {
    const replacing: Middleware = async (_context, next) => {
      try {
        return await next();
      } catch {
        throw new IpcError('unavailable', 'Try later');
      }
    };
    expect(await ask([replacing], { data: {} })).toMatchObject({ code: 'unavailable', message: 'Try later' });
  });

  it('may fail a call that has succeeded', async () => {
    const failing: Middleware = async (_context, next) => {
      await next();
      throw new IpcError('unavailable', 'After all');
    };
    expect(await ask([failing])).toMatchObject({ code: 'unavailable' });
  });

  it.each<[string, Middleware, string]>([
    [
      'calls next twice',
      async (_context, next) => {
        await next();
        return next();
      },
      'Error: a middleware called next twice; a call is served once',
    ],
    [
      'neither calls next nor throws',
      // The compiler refuses it; JavaScript does not.
      function forgetful() {
        return undefined as never;
      },
      'Error: middleware forgetful neither called next nor threw; it has to do one of them',
    ],
    [
      'takes a name that every context has',
      (_context, next) => next({ signal: 1 } as never),
      'TypeError: a middleware adds signal, which every context has; choose another name',
    ],
    [
      'throws what is no error',
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what middleware does wrong
        throw 'text';
      },
      'text',
    ],
  ])('that %s fails the call, and the log says so', async (_what, wrap, logged) => {
    const executed: string[] = [];
    const handler = handle(greet, ({ name }) => {
      executed.push(name);
      return { hello: name };
    });
    const { code, log } = await ask([wrap], {}, handler);
    expect(code).toBe('internal');
    expect(log).toEqual([logged]);
    expect(executed.length).toBeLessThanOrEqual(1);
  });

  it.each<[string, Middleware, string]>([
    ['has returned', () => undefined as never, 'neither called next nor threw'],
    [
      'has thrown',
      () => {
        throw new Error('too soon');
      },
      'too soon',
    ],
  ])('that calls next when it %s runs nothing, and the log says so', async (_what, end, logged) => {
    const executed: string[] = [];
    const late: Middleware = (context, next) => {
      setTimeout(() => void next(), 5);
      return end(context, next);
    };
    const handler = handle(greet, ({ name }) => {
      executed.push(name);
      return { hello: name };
    });
    const { connect, log } = openEndpoints({ endpoints: [handler], middleware: [late] });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 1, uri: '/greet', data: { name: 'Ada' } });
    expect(await wire.next()).toMatchObject({ code: 'internal' });
    await eventually(() => log.errors.length).toBe(2);
    expect(log.errors[0]?.message).toContain(logged);
    expect(log.errors[1]?.message).toContain('middleware late called next after it had returned');
    expect(executed).toEqual([]);
  });

  it('that looks away from what next gives changes nothing: the reply waits, and an error is told', async () => {
    const careless: Middleware = (_context, next) => {
      void next();
      return undefined as never;
    };
    const later = handle(greet, async ({ name }) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (name === '') throw new IpcError('unavailable', 'No name');
      return { hello: name };
    });
    expect(await ask([careless], {}, later)).toMatchObject({ data: { hello: 'Ada' } });
    expect(await ask([careless], { data: { name: '' } }, later)).toMatchObject({ code: 'unavailable' });
  });

  it('that hides an error does not make a reply of it', async () => {
    const hiding: Middleware = async (_context, next) => next().catch(() => undefined as never);
    expect(await ask([hiding], { data: {} })).toMatchObject({ code: 'invalid_argument' });
  });

  it('hands its additions on, and its asynchronous context', async () => {
    const tenants = new AsyncLocalStorage<string>();
    const inTenant = middleware((context, next) => {
      const { tenant } = context.meta;
      return tenants.run(tenant ?? 'none', () => next({ tenant: tenant ?? 'none' }));
    });
    const handler = handle.use(inTenant)(greet, async ({ name }, { tenant }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return { hello: `${name} of ${tenant}, ${tenants.getStore() ?? 'nobody'}` };
    });
    expect(await ask([], { meta: { tenant: 'blue' } }, handler)).toMatchObject({
      data: { hello: 'Ada of blue, blue' },
    });
  });

  it.each([
    ['ends with its stream', undefined, ['a in', 'a out']],
    ['learns that its stream was cancelled', 'cancel', ['a in', 'a cancelled', 'a out']],
  ])('around a streaming endpoint %s', async (_what, end, expected) => {
    const notes: string[] = [];
    const streaming = handle(count, async function* () {
      for (let n = 0; n < 3; n++) {
        notes.push(String(n));
        yield await Promise.resolve(n);
      }
    });
    const { connect } = openEndpoints({ endpoints: [streaming], middleware: [noting(notes, 'a')] });
    const wire = connect();
    const credit = end === undefined ? 9 : 2;
    await wire.send({ v: 2, ipcReqID: 1, uri: '/count', data: {}, more: true, credit });
    await wire.take(2);
    if (end !== undefined) await wire.send({ v: 2, uri: CANCEL_URI, data: { id: 1 }, oneway: true });
    await eventually(() => notes.at(-1)).toBe('a out');
    expect(notes.filter((note) => note.startsWith('a'))).toEqual(expected);
    await wire.take(end === undefined ? 2 : 1);
    expect(wire.replies.at(-1)?.code).toBe(end === undefined ? undefined : 'cancelled');
  });
});
