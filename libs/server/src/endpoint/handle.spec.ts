import { endpoint } from '@pixl-ipc/contract';
import type { PeerCredentials } from '@pixl-ipc/credentials';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { createServer } from '../create-server';
import type { Context } from './context';
import { handle, type EndpointHandler } from './handle';
import { middleware, type Middleware, type Next, type Passed } from './middleware';

const buy = endpoint('/orders/buy', {
  request: z.object({ sku: z.string(), qty: z.int().default(1) }),
  response: z.object({ at: z.iso.datetime(), left: z.string().transform(Number).pipe(z.int()) }),
  errors: { 'orders.sold_out': z.object({ left: z.int() }) },
});
const watch = endpoint('/orders/watch', {
  request: z.object({ from: z.int().optional() }),
  response: z.object({ left: z.int() }),
  stream: true,
});
const reply = { at: '2026-01-01T00:00:00Z', left: '3' };

/** Takes what a type test looks at. */
const use = (value: unknown): unknown => value;

interface User {
  readonly name: string;
}
const ada: User = { name: 'Ada' };
const authenticated = middleware(async (context, next) => {
  await Promise.resolve(context.peer);
  return next({ user: ada });
});
const inTenant = middleware((context: Context & { readonly user: User }, next) =>
  next({ tenant: `of ${context.user.name}` }),
);

describe('a handler', () => {
  it('is typed by its contract: what it is given and what it returns', () => {
    const handler = handle(buy, async (input, context) => {
      expectTypeOf(input).toEqualTypeOf<{ sku: string; qty: number }>();
      expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(context.deadline).toEqualTypeOf<Date | undefined>();
      expectTypeOf(context.peer).toEqualTypeOf<PeerCredentials | null>();
      expectTypeOf(context.claimedPid).toEqualTypeOf<number | undefined>();
      expectTypeOf(context.userAgent).toEqualTypeOf<string | undefined>();
      expectTypeOf(context.meta).toEqualTypeOf<Readonly<Record<string, string>>>();
      return Promise.resolve(reply);
    });
    expectTypeOf(handler).toEqualTypeOf<EndpointHandler<typeof buy>>();
    expectTypeOf(handler).toExtend<EndpointHandler>();
    expect(handler).toMatchObject({ contract: buy, middleware: [] });
    expect(Object.isFrozen(handler)).toBe(true);
    handle(buy, () => reply);
    handle(watch, async function* ({ from }) {
      expectTypeOf(from).toEqualTypeOf<number | undefined>();
      yield await Promise.resolve({ left: 1 });
    });
  });

  it('is refused by the compiler where it does not fit its contract', () => {
    const never = (): unknown[] => [
      // @ts-expect-error -- the response has no hello
      handle(buy, () => ({ hello: 1 })),
      // @ts-expect-error -- left is given as text
      handle(buy, () => ({ at: 'now', left: 3 })),
      // @ts-expect-error -- the same, later
      handle(buy, () => Promise.resolve({ at: 'now', left: 3 })),
      // @ts-expect-error -- no reply at all
      handle(buy, () => undefined),
      handle(buy, (input) => {
        // @ts-expect-error -- the request has no colour
        use(input.colour);
        // @ts-expect-error -- qty is a number
        const qty: string = input.qty;
        return { ...reply, qty };
      }),
      handle(buy, (_input, context) => {
        // @ts-expect-error -- nobody has added a user
        use(context.user);
        // @ts-expect-error -- the context is read, not written
        context.signal = AbortSignal.abort();
        // @ts-expect-error -- peer may be null
        use(context.peer.uid);
        return reply;
      }),
      // @ts-expect-error -- one reply is no stream
      handle(watch, () => ({ left: 1 })),
      // @ts-expect-error -- neither is a list
      handle(watch, () => [{ left: 1 }]),
      // @ts-expect-error -- every item is checked
      handle(watch, async function* () {
        yield await Promise.resolve({ left: 'one' });
      }),
      // @ts-expect-error -- an endpoint that does not stream takes no generator
      handle(buy, async function* () {
        yield await Promise.resolve(reply);
      }),
      // @ts-expect-error -- no contract
      handle({ uri: '/orders/buy' }, () => reply),
      // @ts-expect-error -- no handler
      handle(buy),
      // @ts-expect-error -- a contract is not served without a handler
      createServer({ endpoints: [buy] }),
      // @ts-expect-error -- the details of an error are typed too
      new buy.errors.soldOut({ left: 'none' }),
    ];
    expect(never).toBeTypeOf('function');
  });

  it.each([
    ['a contract', () => handle({} as typeof buy, () => reply), 'handle: the first argument is no contract'],
    [
      'a contract',
      () => handle(undefined as unknown as typeof buy, () => reply),
      'handle: the first argument is no contract',
    ],
    ['a handler', () => handle(buy, reply as never), 'handle: the handler is object; give a function'],
    ['a middleware', () => handle.use({} as Middleware), 'handle.use: give a function (context, next)'],
  ])('that is not given %s is refused at once', (_what, make, message) => {
    expect(make).toThrow(new RegExp(`^${message.replace(/[()]/g, '\\$&')}`));
    expect(make).toThrow(TypeError);
  });
});

describe('what middleware adds to the context', () => {
  it('is there, typed, for the handler and for the middleware that follows', () => {
    const handleInTenant = handle.use(authenticated).use(inTenant);
    const handler = handleInTenant(buy, (_input, context) => {
      expectTypeOf(context.user).toEqualTypeOf<User>();
      expectTypeOf(context.tenant).toEqualTypeOf<string>();
      return reply;
    });
    expect(handler.middleware).toEqual([authenticated, inTenant]);
    expect(handle(buy, () => reply).middleware).toEqual([]);
    handle.use((_context, next) => next({ role: 'admin' as const }))(watch, async function* (_input, { role }) {
      expectTypeOf(role).toEqualTypeOf<'admin'>();
      yield await Promise.resolve({ left: 1 });
    });
    handle.use((_context, next) => next())(buy, (_input, context) => {
      expectTypeOf(context.uri).toEqualTypeOf<string>();
      return reply;
    });
    expectTypeOf(authenticated).toEqualTypeOf<Middleware<object, { user: User }>>();
    expectTypeOf(authenticated).toExtend<Middleware>();
  });

  it('is refused by the compiler where it does not fit', () => {
    const never = (next: Next): unknown[] => [
      // @ts-expect-error -- nobody has added the user that it needs
      handle.use(inTenant),
      // @ts-expect-error -- a server has no user to offer to all of its endpoints
      createServer({ endpoints: [], middleware: [inTenant] }),
      // @ts-expect-error -- a signal is there already
      next({ signal: AbortSignal.abort() }),
      // @ts-expect-error -- what next gives has to be returned
      handle.use(async (_context, proceed) => {
        await proceed();
      }),
      // @ts-expect-error -- and nothing else will do
      handle.use(() => ({ user: 'Ada' })),
      // @ts-expect-error -- not even what looks empty
      ((): Passed => ({}))(),
      handle.use(authenticated)(buy, (_input, context) => {
        // @ts-expect-error -- its user has no age
        use(context.user.age);
        return reply;
      }),
    ];
    expect(never).toBeTypeOf('function');
  });
});
