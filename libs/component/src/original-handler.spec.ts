// Shapes of handlers are the matter here: parameters that are declared count, used or not.
/* eslint-disable @typescript-eslint/no-unused-vars */
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { assertServed, INTERNAL, NOTHING, TIMEOUT, type HandlerCase } from '../fixtures/handler-case';
import { serve } from '../fixtures/serve';
import type { OriginalHandler, Reply } from './original-handler';

const later = (run: () => void): NodeJS.Timeout => setTimeout(run, 5);
const callback: OriginalHandler = (_request, reply) => later(() => reply('called back'));

const HANDLERS: readonly HandlerCase[] = [
  ['(request, reply) that replies', (_request, reply) => reply('data'), 'data'],
  ['(request, reply) that replies nothing', (_request, reply) => reply(), NOTHING],
  ['(request, reply) that replies null', (_request, reply) => reply(null), null],
  ['(request, reply) that replies later', callback, 'called back'],
  ['(request, reply) that returns beside its reply', (_request, reply) => (reply('data'), 'ignored'), 'data'],
  [
    '(request, reply) that returns before its reply',
    (_request, reply) => (later(() => reply('data')), 'ignored'),
    'data',
  ],
  [
    '(request, reply) that returns an emitter',
    (_request, reply) => new EventEmitter().once('x', reply).emit('x') && later(() => undefined),
    NOTHING,
  ],
  [
    '(request, reply) that returns a promise beside its reply',
    (_request, reply) => (reply('data'), Promise.resolve('ignored')),
    'data',
  ],
  [
    '(request, reply) that returns a promise before its reply',
    (_request, reply) => (later(() => reply('data')), Promise.resolve('ignored')),
    'data',
  ],
  ['(request, reply) that never replies', (_request, _reply) => 'ignored', TIMEOUT, ['handler_timeout']],
  [
    '(request, reply) that throws',
    (_request, _reply) => {
      throw new Error('x');
    },
    INTERNAL,
    ['handler_error'],
  ],
  ['(request, reply) that rejects', (_request, _reply) => Promise.reject(new Error('x')), INTERNAL, ['handler_error']],
  [
    '(request, reply) that rejects after its reply',
    (_request, reply) => (reply('data'), Promise.reject(new Error('x'))),
    'data',
    ['handler_error'],
  ],
  [
    '(request, reply) that throws after its reply',
    (_request, reply) => {
      reply('data');
      throw new Error('x');
    },
    'data',
    ['handler_error'],
  ],
  [
    '(request, reply) that replies twice',
    (_request, reply) => {
      reply('data');
      reply('more');
    },
    'data',
    ['replied_twice'],
  ],
  [
    'async (request, reply)',
    async (_request, reply) => {
      await sleep(5);
      reply('data');
    },
    'data',
  ],
  [
    'async (request, reply) that returns beside its reply',
    async (_request, reply) => {
      await sleep(5);
      reply('data');
      return 'ignored';
    },
    'data',
  ],
  [
    'async (request, reply) that throws',
    async (_request, _reply) => {
      await sleep(5);
      throw new Error('x');
    },
    INTERNAL,
    ['handler_error'],
  ],
  [
    'function (request, reply), bound',
    function (this: string, _request: unknown, reply: Reply) {
      reply(this);
    }.bind('this') as OriginalHandler,
    'this',
  ],

  ['() that returns', () => 'data', 'data'],
  ['() that returns null', () => null, null],
  ['() that returns nothing', () => undefined, TIMEOUT, ['handler_timeout']],
  [
    'async () that returns',
    async () => {
      await sleep(5);
      return 'data';
    },
    'data',
  ],
  [
    '() that throws',
    () => {
      throw new Error('x');
    },
    INTERNAL,
    ['handler_error'],
  ],
  [
    'a wrapper (...args) of one that replies',
    (...args) => {
      args[1]('data');
    },
    'data',
  ],
  ['a wrapper (...args) of one that replies later', (...args) => void callback(...args), 'called back'],
  ['a wrapper (...args) of one that returns', (...args) => ((_request: unknown) => 'data')(args[0]), 'data'],
  [
    'an async wrapper (...args) of one that replies later',
    async (...args) => {
      await sleep(1);
      callback(...args);
    },
    'called back',
  ],
  [
    'an async wrapper (...args) of one that has replied',
    async (...args) => {
      args[1]('data');
      await sleep(1);
      return 'ignored';
    },
    'data',
  ],
];

describe('a handler of the original’s API', () => {
  it.each(HANDLERS.map((handlerCase) => [handlerCase[0], handlerCase] as const))('%s', (_what, handlerCase) =>
    assertServed(handlerCase),
  );

  it('is given the whole message, keys that nobody knows and __proto__ included', async () => {
    const request = JSON.parse('{"data":{"__proto__":{"a":1}},"pid":4,"userAgent":"u","extra":[1]}') as object;
    const { replies } = await serve(
      (message: Record<string, unknown>) => Object.keys(message).concat(Object.keys(message.data as object)),
      { request },
    );
    expect(replies).toEqual([
      { ipcReqID: 1, data: ['ipcReqID', 'uri', 'data', 'pid', 'userAgent', 'extra', '__proto__'] },
    ]);
  });

  it('may change its message without harm to the reply’s id', async () => {
    const { replies } = await serve((message: Record<string, unknown>) => {
      message.ipcReqID = 'changed';
      message.uri = {};
      return 'data';
    });
    expect(replies).toEqual([{ ipcReqID: 1, data: 'data' }]);
  });

  it('that answers after its time was up harms nobody', async () => {
    let answer: Reply | undefined;
    const { replies, logged } = await serve((_request, reply) => void (answer = reply), {
      options: { requestTimeoutMs: 20 },
    });
    answer?.('late');
    answer?.('later');
    expect(replies).toMatchObject([{ ipcReqID: 1, code: 'deadline_exceeded' }]);
    expect(logged).toEqual(['handler_timeout']);
  });
});
