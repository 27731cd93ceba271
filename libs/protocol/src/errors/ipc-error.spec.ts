import { describe, expect, expectTypeOf, test } from 'vitest';
import type { IpcErrorKind } from './error-kind';
import { IpcError, isIpcError } from './ipc-error';

declare module '@pixl-ipc/protocol' {
  interface IpcErrorDetails {
    'test.listed': { readonly left: number };
  }
}

describe('an IpcError', () => {
  test('is local, not sent and exposed unless it says otherwise', () => {
    const error = new IpcError('internal', 'm');
    expect(error).toMatchObject({
      name: 'IpcError',
      code: 'internal',
      message: 'm',
      origin: 'local',
      sent: false,
      expose: true,
    });
    expect([error.details, 'cause' in error]).toEqual([undefined, false]);
  });

  test('carries what it is given', () => {
    const cause = new Error('under');
    const error = new IpcError('a.b', 'm', { details: { a: 1 }, cause, origin: 'remote', sent: true, expose: false });
    expect(error).toMatchObject({ code: 'a.b', details: { a: 1 }, cause, origin: 'remote', sent: true, expose: false });
    expect(error.stack).toContain('ipc-error.spec');
  });
});

test.each<[unknown, number | undefined]>([
  [250.5, 250.5],
  [0, 0],
  [-5, 0],
  [NaN, undefined],
  [Infinity, undefined],
  ['10', undefined],
  ['",x', undefined],
  [10n, undefined],
  [null, undefined],
  [undefined, undefined],
])('an IpcError whose retryAfterMs is given as %s has %s', (given, retryAfterMs) => {
  expect(new IpcError('unavailable', 'm', { retryAfterMs: given as number })).toHaveProperty(
    'retryAfterMs',
    retryAfterMs,
  );
});

describe('isIpcError', () => {
  test('knows one, also from another copy of this package', () => {
    const foreign = Object.assign(new Error('m'), { name: 'IpcError', code: 'cancelled' });
    for (const error of [new IpcError('cancelled', 'm'), foreign]) {
      expect([isIpcError(error), isIpcError(error, 'cancelled'), isIpcError(error, 'internal')]).toEqual([
        true,
        true,
        false,
      ]);
    }
  });

  test.each([
    ['a plain error', new Error('IpcError')],
    ['a system error, which has a code', Object.assign(new Error('m'), { code: 'ENOENT' })],
    ['a name alone', Object.assign(new Error('m'), { name: 'IpcError' })],
    ['a code that is no string', Object.assign(new Error('m'), { name: 'IpcError', code: 7 })],
    ['a look-alike that is no Error', { name: 'IpcError', code: 'internal', message: 'm' }],
    ['nothing', undefined],
    ['null', null],
    ['a string', 'internal'],
  ])('is not taken in by %s', (_, error) => {
    expect(isIpcError(error)).toBe(false);
  });

  test('knows the details of a declared kind, and of a code that is listed', () => {
    const kind: IpcErrorKind<'test.kind', { readonly right: string }> = { code: 'test.kind' };
    const error: unknown = new IpcError('test.kind', 'm', { details: { right: 'a' } });
    expect([isIpcError(error, kind), isIpcError(error, { code: 'test.other' })]).toEqual([true, false]);
    if (isIpcError(error, kind)) {
      expectTypeOf(error.code).toEqualTypeOf<'test.kind'>();
      expectTypeOf(error.details).toEqualTypeOf<{ readonly right: string }>();
    }
    if (isIpcError(error, 'test.listed')) expectTypeOf(error.details.left).toEqualTypeOf<number>();
    if (isIpcError(error, 'test.unlisted')) expectTypeOf(error.details).toEqualTypeOf<unknown>();
    if (isIpcError(error)) expectTypeOf(error.details).toEqualTypeOf<unknown>();
    // @ts-expect-error -- a kind has a code
    isIpcError(error, { right: 'a' });
  });
});
