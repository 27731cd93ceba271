import { IpcError, isIpcError } from '@pixl-ipc/protocol';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { endpoint, type AnyEndpoint, type RequestData, type ResponseInput } from './endpoint';
import type { EndpointReference, RequestInput, ResponseData } from './endpoint-reference';

const request = z.object({ sku: z.string(), qty: z.int().default(1) });
const response = z.object({ at: z.iso.datetime(), count: z.string().transform(Number).pipe(z.int()) });
const soldOut = z.object({ left: z.int() });

const buy = endpoint('/orders/buy', { request, response, errors: { 'orders.sold_out': soldOut }, idempotent: true });
const watch = endpoint('/orders/watch', { request: z.object({}), response, stream: true });

describe('a declared endpoint', () => {
  test('is plain, frozen data with its defaults filled in', () => {
    expect(buy).toMatchObject({ uri: '/orders/buy', idempotent: true, stream: false });
    expect(buy.request).toBe(request);
    expect(buy.response).toBe(response);
    expect(watch).toMatchObject({ uri: '/orders/watch', idempotent: false, stream: true, errors: {} });
    expect([buy, buy.errors, buy.errors.soldOut].every(Object.isFrozen)).toBe(true);
  });

  test.each<[string, () => unknown, string]>([
    ['a URI that is none', () => endpoint('/orders/Buy' as '/x', { request, response }), 'segment "Buy" must match'],
    ['a reserved URI', () => endpoint('/ipcserver/mine', { request, response }), '/ipcserver is reserved'],
    [
      'a code that could be the protocol’s',
      () =>
        endpoint('/a', { request, response, errors: { sold: soldOut } as unknown as Record<'a.b', typeof soldOut> }),
      '"/a#/errors/sold": an error code is names of',
    ],
    [
      'an error that has no schema',
      () => endpoint('/a', { request, response, errors: { 'a.b': 1 as unknown as typeof soldOut } }),
      '"/a#/errors/a.b": is no Standard Schema',
    ],
    [
      'a part that nobody reads',
      () => endpoint('/a', { request, response, ...{ stram: true } }),
      '"/a#/stram": is no part of an endpoint; did you mean stream?',
    ],
    [
      'several of them, one of which is like none',
      () => endpoint('/a', { request, response, ...{ timeout: 5, Idempotent: true } }),
      '"/a#/timeout": is no part of an endpoint; leave it out; there are request, response, errors, idempotent, stream\n' +
        '"/a#/Idempotent": is no part of an endpoint; did you mean idempotent?',
    ],
    [
      'flags that are none, though JavaScript takes them for true',
      () => endpoint('/a', { request, response, ...({ stream: 'no', idempotent: 'false' } as object) }),
      '"/a#/idempotent": is string, no boolean; give true or false, or leave it out\n"/a#/stream": is string, no boolean',
    ],
    [
      'a flag that is null',
      () => endpoint('/a', { request, response, ...({ stream: null } as object) }),
      '"/a#/stream": is object, no boolean',
    ],
    [
      'errors that are null',
      () => endpoint('/a', { request, response, ...({ errors: null } as object) }),
      '"/a#/errors": is no object; give an object with the schema of the details for each code',
    ],
  ])('is refused for %s', (_, declare, message) => {
    expect(declare).toThrow(message);
  });

  test('knows its types: what a caller gives and gets, what a handler gets and gives', () => {
    type Buy = typeof buy;
    expectTypeOf<RequestInput<Buy>>().toEqualTypeOf<{ sku: string; qty?: number | undefined }>();
    expectTypeOf<RequestData<Buy>>().toEqualTypeOf<{ sku: string; qty: number }>();
    expectTypeOf<ResponseInput<Buy>>().toEqualTypeOf<{ at: string; count: string }>();
    expectTypeOf<ResponseData<Buy>>().toEqualTypeOf<{ at: string; count: number }>();
    expectTypeOf(buy.uri).toEqualTypeOf<'/orders/buy'>();
    expectTypeOf(buy.idempotent).toEqualTypeOf<true>();
    expectTypeOf(buy.stream).toEqualTypeOf<false>();
    expectTypeOf(watch.idempotent).toEqualTypeOf<false>();
    expectTypeOf(watch.stream).toEqualTypeOf<true>();
    expectTypeOf(buy).toExtend<AnyEndpoint>();
    expectTypeOf(watch).toExtend<AnyEndpoint>();
  });

  test('is all that a client needs, and so is what generated code holds', () => {
    type Call = <Request, Response>(
      endpoint: EndpointReference<Request, Response, false>,
      data: NoInfer<Request>,
    ) => Promise<Response>;
    const call = (() => Promise.resolve()) as unknown as Call;
    const stub: EndpointReference<{ sku: string }, { at: string }, false> = { uri: '/orders/buy', hash: 'abc' };
    expectTypeOf(call(buy, { sku: 'a' })).resolves.toEqualTypeOf<{ at: string; count: number }>();
    expectTypeOf(call(stub, { sku: 'a' })).resolves.toEqualTypeOf<{ at: string }>();
    // @ts-expect-error -- sku is missing
    void call(buy, { qty: 1 });
    // @ts-expect-error -- qty is a number
    void call(buy, { sku: 'a', qty: '1' });
    // @ts-expect-error -- a stub knows its types as well
    void call(stub, { sku: 1 });
    // @ts-expect-error -- a stream is not called
    void call(watch, {});
  });

  test('is refused by the compiler where its parts do not fit', () => {
    const never = (): unknown[] => [
      // @ts-expect-error -- no slash
      endpoint('orders/buy', { request, response }),
      // @ts-expect-error -- no response
      endpoint('/orders/buy', { request }),
      // @ts-expect-error -- no schema
      endpoint('/orders/buy', { request: { sku: 'string' }, response }),
      // @ts-expect-error -- no schema
      endpoint('/orders/buy', { request, response, errors: { 'orders.sold_out': 'sold out' } }),
      // @ts-expect-error -- a code has a namespace
      endpoint('/orders/buy', { request, response, errors: { sold_out: soldOut } }),
      // @ts-expect-error -- no boolean
      endpoint('/orders/buy', { request, response, stream: 'yes' }),
      // @ts-expect-error -- not declared
      buy.errors.expired,
      // @ts-expect-error -- of frozen data
      (buy.idempotent = false),
    ];
    expect(never).toBeTypeOf('function');
  });
});

describe('a declared error', () => {
  test('is thrown with or without new, and holds code, details and message', () => {
    const { soldOut } = buy.errors;
    for (const error of [new soldOut({ left: 0 }), soldOut({ left: 0 })]) {
      expect(error).toBeInstanceOf(IpcError);
      expect(error).toMatchObject({ code: 'orders.sold_out', message: 'sold out', details: { left: 0 } });
      expect(error).toMatchObject({ origin: 'local', sent: false, expose: true });
      expect(error.stack?.split('\n')[1]).toContain('endpoint.spec');
    }
    expect(soldOut({ left: 2 }, 'only 2 left').message).toBe('only 2 left');
    expect([soldOut.name, soldOut.code]).toEqual(['soldOut', 'orders.sold_out']);
    expect(soldOut.schema['~standard'].vendor).toBe('zod');
  });

  test('is recognised by what declares it, also when another process sent it', () => {
    const { soldOut } = buy.errors;
    const remote: unknown = new IpcError('orders.sold_out', 'm', {
      details: { left: 3 },
      origin: 'remote',
      sent: true,
    });
    const other: unknown = new IpcError('orders.expired', 'm');
    expect([isIpcError(remote, soldOut), remote instanceof soldOut]).toEqual([true, true]);
    expect([isIpcError(other, soldOut), other instanceof soldOut, (undefined as unknown) instanceof soldOut]).toEqual([
      false,
      false,
      false,
    ]);
    if (isIpcError(remote, soldOut)) {
      expectTypeOf(remote.details).toEqualTypeOf<{ left: number }>();
      expectTypeOf(remote.code).toEqualTypeOf<'orders.sold_out'>();
    }
    if (remote instanceof soldOut) expectTypeOf(remote.details.left).toEqualTypeOf<number>();
    // @ts-expect-error -- left is a number
    expect(soldOut({ left: '0' }).details).toEqual({ left: '0' });
    // @ts-expect-error -- details are required
    expect(soldOut().details).toBeUndefined();
  });

  test('has its details known by its code where a program lists it', () => {
    const error: unknown = buy.errors.soldOut({ left: 1 });
    if (isIpcError(error, 'orders.sold_out')) expectTypeOf(error.details).toEqualTypeOf<{ readonly left: number }>();
    expect(isIpcError(error, 'orders.sold_out')).toBe(true);
  });
});

declare module '@pixl-ipc/protocol' {
  interface IpcErrorDetails {
    'orders.sold_out': { readonly left: number };
  }
}
