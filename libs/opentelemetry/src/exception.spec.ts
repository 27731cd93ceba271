import { IpcError } from '@pixl-ipc/protocol';
import { describe, expect, it } from 'vitest';
import { exceptionOf } from './exception';

const CANNOT = 'what was thrown cannot be looked at';

const explode = (): never => {
  throw new Error('looked at');
};
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('what a span records', () => {
  it('of an error is its code or else its name, its message and its stack', () => {
    const [plain, coded] = [new RangeError('far'), new IpcError('orders.sold_out', 'None left')];
    expect(exceptionOf(plain)).toEqual({ name: 'RangeError', message: 'far', stack: plain.stack });
    expect(exceptionOf(coded)).toEqual({
      code: 'orders.sold_out',
      name: 'IpcError',
      message: 'None left',
      stack: coded.stack,
    });
  });

  it.each<[string, unknown, unknown]>([
    ['text', 'no', 'no'],
    ['a symbol', Symbol('no'), 'Symbol(no)'],
    ['a number', 5n, '5'],
    ['nothing', undefined, 'undefined'],
    ['an object without texts', { a: 1 }, { message: '[object Object] was thrown' }],
    ['an object without a prototype', Object.create(null), { message: '[object Object] was thrown' }],
    [
      'an object whose texts are none',
      { code: { toString: explode }, name: 1, message: {}, stack: [] },
      { message: '[object Object] was thrown' },
    ],
    [
      'an object that throws when looked at',
      {
        get message() {
          return explode();
        },
      },
      CANNOT,
    ],
    ['a proxy that throws', new Proxy({}, { get: explode }), CANNOT],
    ['an error behind a proxy that throws', new Proxy(new Error('x'), { get: explode }), CANNOT],
    ['a proxy that is revoked', revoked(), CANNOT],
  ])('of %s is text, whatever it holds', (_what, thrown, exception) => {
    expect(exceptionOf(thrown)).toEqual(exception);
  });
});
