// Shapes of handlers are the matter here: parameters that are declared count, used or not.
/* eslint-disable @typescript-eslint/no-unused-vars */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { assertServed, INTERNAL, NOTHING, type HandlerCase } from '../fixtures/handler-case';

const later = (run: () => void): NodeJS.Timeout => setTimeout(run, 5);

const HANDLERS: readonly HandlerCase[] = [
  ['(request) that returns', (_request) => ({ a: 1 }), { a: 1 }],
  ['(request) that returns null', (_request) => null, null],
  ['(request) that returns 0', (_request) => 0, 0],
  ['(request) that returns false', (_request) => false, false],
  ['(request) that returns ""', (_request) => '', ''],
  ['(request) that returns a date', (_request) => new Date(0), '1970-01-01T00:00:00.000Z'],
  [
    '(request) that throws',
    (_request) => {
      throw new Error('x');
    },
    INTERNAL,
    ['handler_error'],
  ],
  ['(request) that returns a promise', (_request) => sleep(5, 'data'), 'data'],
  ['(request) that returns a promise of nothing', (_request) => sleep(5), NOTHING],
  ['(request) that returns a promise of a promise', (_request) => Promise.resolve(Promise.resolve('data')), 'data'],
  [
    '(request) that returns a circular object',
    (request: Record<string, unknown>) => (request.self = request),
    INTERNAL,
    ['reply_not_serializable'],
  ],
  ['(request) that returns a timer', (_request) => later(() => undefined), INTERNAL, ['reply_not_serializable']],
  [
    '(request) that returns a promise of a BigInt',
    (_request) => Promise.resolve(1n),
    INTERNAL,
    ['reply_not_serializable'],
  ],
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what others do, we have to take
  ['(request) that rejects with nothing', (_request) => Promise.reject(undefined), INTERNAL, ['handler_error']],
  [
    'async (request)',
    async (_request) => {
      await sleep(5);
      return 'data';
    },
    'data',
  ],
  [
    'async (request) that throws',
    async (_request) => {
      await sleep(5);
      throw new Error('x');
    },
    INTERNAL,
    ['handler_error'],
  ],
  [
    '(request) that returns a thenable',
    (_request) => ({ then: (resolve: (data: string) => void) => void later(() => resolve('data')) }),
    'data',
  ],
  [
    '(request) that returns a thenable that throws',
    (_request) => ({
      then: () => {
        throw new Error('x');
      },
    }),
    INTERNAL,
    ['handler_error'],
  ],
  [
    '(request) that returns a thenable that resolves twice',
    (_request) => ({
      then: (resolve: (data: string) => void) => {
        resolve('data');
        resolve('more');
      },
    }),
    'data',
  ],
  [
    '(request) that returns a thenable that resolves, and then rejects and throws as well',
    (_request) => ({
      then: (resolve: (data: string) => void, reject: (error: Error) => void) => {
        resolve('data');
        reject(new Error('x'));
        throw new Error('y');
      },
    }),
    'data',
  ],
  [
    '(request) that returns a thenable that rejects, and then resolves and throws as well',
    (_request) => ({
      then: (resolve: (data: string) => void, reject: (error: Error) => void) => {
        reject(new Error('x'));
        resolve('data');
        throw new Error('y');
      },
    }),
    INTERNAL,
    ['handler_error'],
  ],
  ['(request) that returns an object whose then is data', (_request) => ({ then: 'data' }), { then: 'data' }],
];

describe('a handler that declares its request alone', () => {
  it.each(HANDLERS.map((handlerCase) => [handlerCase[0], handlerCase] as const))('%s', (_what, handlerCase) =>
    assertServed(handlerCase),
  );
});
