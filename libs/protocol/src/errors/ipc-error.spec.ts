import { describe, expect, test } from 'vitest';
import { IpcError, isIpcError } from './ipc-error';

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
});
