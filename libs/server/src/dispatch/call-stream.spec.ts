import { AsyncLocalStorage } from 'node:async_hooks';
import { CANCEL_URI, CREDIT_URI, IpcError } from '@pixl-ipc/protocol';
import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, eventually, openServer, type OpenServer } from '../../fixtures/open-server';
import { ownTime } from '../../fixtures/own-time';
import { virtualTime } from '../../fixtures/virtual-time';
import type { WireReply } from '../../fixtures/wire';
import type { ServerOptions } from '../options';
import type { Handle } from '../router/router';
import type { Call } from './call';

type Items = (call: Call) => AsyncIterable<unknown>;

/** A handler that streams, as an endpoint's does. */
const streaming =
  (items: Items): Handle =>
  (call) =>
    void call.stream(items(call)).then(
      () => call.reply(undefined),
      (error: unknown) => call.settled || call.fail(error),
    );

function open(items: Items, options: Partial<ServerOptions> = {}): Promise<OpenServer> {
  return openServer({ '/items': streaming(items) }, options);
}

const ask = (fields: object = {}): object => ({ v: 2, ipcReqID: 's', uri: '/items', more: true, ...fields });
const credit = (n: number, id = 's'): object => ({ v: 2, uri: CREDIT_URI, data: { id, n }, oneway: true });
const cancel = (id = 's'): object => ({ v: 2, uri: CANCEL_URI, data: { id }, oneway: true });
const outcomes = (replies: readonly WireReply[]): unknown[] => replies.map(({ seq, code }) => seq ?? code ?? 'end');

/** Counts what it is asked for and whether it was cleaned up. */
class Source {
  pulled = 0;
  cleaned = 0;

  constructor(
    readonly count = Infinity,
    readonly item: (index: number) => unknown = (index) => index,
  ) {}

  readonly items: Items = async function* (this: Source) {
    try {
      while (this.pulled < this.count) {
        yield this.item(this.pulled++);
        await Promise.resolve();
      }
    } finally {
      this.cleaned++;
    }
  }.bind(this);
}

describe('a stream', () => {
  it('sends its items in order, each with its place, and ends with a reply that has neither data nor more to follow', async () => {
    const source = new Source(3, (index) => ({ n: index }));
    const { server, connect } = await open(source.items);
    const wire = await connect();
    await wire.send(ask());
    expect(await wire.take(4)).toEqual([
      ...[0, 1, 2].map((n) => ({ v: 2, ipcReqID: 's', seq: n, data: { n }, continues: true })),
      { v: 2, ipcReqID: 's' },
    ]);
    expect([source.pulled, source.cleaned]).toEqual([3, 1]);
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it.each([
    ['that it has', { credit: 5 }, 5],
    ['of 64 where its caller does not say', {}, 64],
    ['of 0', { credit: 0 }, 0],
  ])('never asks for more than the credit %s, and goes on as more is granted', async (_what, fields, first) => {
    const source = new Source();
    const { connect } = await open(source.items);
    const wire = await connect();
    // When the echo is answered the stream has had every chance to send more.
    const settle = async (): Promise<void> => {
      for (let turn = 0; turn < 3; turn++) {
        await wire.send({ ipcReqID: 'echo', uri: DELAY, data: { delay: 2 } });
        await eventually(() => wire.replies.at(-1)?.ipcReqID).toBe('echo');
        wire.replies.pop();
      }
    };
    await wire.send(ask(fields));
    await eventually(() => wire.replies.length).toBe(first);
    await settle();
    expect(source.pulled).toBe(first);
    await wire.send(credit(3), credit(4));
    await eventually(() => wire.replies.length).toBe(first + 7);
    await settle();
    expect(source.pulled).toBe(first + 7);
    expect(outcomes(wire.replies)).toEqual(Array.from({ length: first + 7 }, (_, seq) => seq));
  });

  it('keeps the credit that is granted while it waits for a place', async () => {
    const source = new Source();
    const { server, connect } = await open(source.items, { maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: DELAY, data: { delay: 50 } }, ask({ credit: 1 }), credit(2), credit(2));
    await eventually(() => server.load.waiting).toBe(1);
    await eventually(() => wire.replies.length).toBe(6);
    expect(source.pulled).toBe(5);
  });

  it.each([
    ['a slow reader', 1_000_000],
    ['a slow reader with little credit', 3],
  ])('asks for nothing while %s has write_soft_bytes unread, and goes on when it reads', async (_what, granted) => {
    const text = 'x'.repeat(100_000);
    const source = new Source(60, () => text);
    const { server, connect } = await open(source.items, { writeSoftBytes: 200_000 });
    const wire = await connect();
    wire.pause();
    await wire.send(ask({ credit: granted }));
    await eventually(() => source.pulled).toBeGreaterThanOrEqual(Math.min(granted, 2));
    let before;
    do {
      before = source.pulled;
      await new Promise((resolve) => setTimeout(resolve, 20));
    } while (source.pulled > before);
    // What the kernel holds, the soft limit, and one item that crosses it.
    expect(source.pulled).toBeLessThanOrEqual(granted);
    expect(source.pulled).toBeLessThan(12);
    expect(server.load.bufferedBytes).toBeLessThan(200_000 + 101_000);
    wire.resume();
    if (granted < 60) await wire.send(credit(60));
    expect(outcomes(await wire.take(61)).at(-1)).toBe('end');
    await eventually(() => server.load.bufferedBytes).toBe(0);
  });

  it('does not flood a connection that a hundred others share', async () => {
    const text = 'x'.repeat(50_000);
    let started = 0;
    const { server, connect } = await open(
      (call) => {
        started++;
        return new Source(3, () => text).items(call);
      },
      { framesPerTurn: 1_000, writeSoftBytes: 100_000, writeHardBytes: 1_000_000, maxResponseBytes: 200_000 },
    );
    const wire = await connect();
    wire.pause();
    await wire.send(...Array.from({ length: 150 }, (_, id) => ask({ ipcReqID: id })));
    await eventually(() => started).toBe(150);
    await eventually(() => server.load.bufferedBytes).toBeGreaterThan(100_000);
    wire.resume();
    const replies = await wire.take(150 * 4);
    expect(replies.filter(({ continues }) => !continues).every(({ code }) => code === undefined)).toBe(true);
    expect(server.stats.errors).toEqual({});
  });

  it('lets others have their turn, however fast it yields', async () => {
    const { connect } = await open(new Source(200_000).items);
    const [greedy, other] = [await connect(), await connect()];
    await greedy.send(ask({ credit: 1_000_000 }));
    await eventually(() => greedy.replies.length).toBeGreaterThan(0);
    const ownMs = ownTime();
    await other.send({ ipcReqID: 1, uri: ECHO });
    await other.next();
    expect(ownMs()).toBeLessThan(100);
    expect(greedy.replies.length).toBeLessThan(200_000);
    greedy.destroy();
  });
});

describe('a stream ends early, its signal aborted and its handler cleaned up, when', () => {
  it('it is cancelled', async () => {
    const source = new Source();
    let signal: AbortSignal | undefined;
    const { server, connect, log } = await open((call) => {
      signal = call.signal;
      return source.items(call);
    });
    const wire = await connect();
    await wire.send(ask({ credit: 2 }));
    await wire.take(2);
    await wire.send(cancel());
    expect(await wire.next()).toMatchObject({ v: 2, ipcReqID: 's', code: 'cancelled' });
    await eventually(() => source.cleaned).toBe(1);
    expect(signal?.reason).toMatchObject({ code: 'cancelled' });
    expect([source.pulled, log.errors.length]).toEqual([2, 0]);
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it.each([
    ['its caller is gone', (server: OpenServer['server']) => void server.closeConnections()],
    ['the server has drained as long as it may', (server: OpenServer['server']) => server.drain()],
  ])('%s', async (_what, end) => {
    const source = new Source();
    const signals: AbortSignal[] = [];
    const { server, connect } = await open(
      (call) => {
        signals.push(call.signal);
        return source.items(call);
      },
      { drainTimeoutMs: 30 },
    );
    const wire = await connect();
    await wire.send(ask({ credit: 2 }));
    await wire.take(2);
    await end(server);
    await eventually(() => source.cleaned).toBe(1);
    expect(signals[0]?.reason).toMatchObject({ code: 'unavailable' });
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it.each([
    ['it stands still for request_timeout, waiting for credit', 'credit', { requestTimeoutMs: 80 }, {}],
    ['it stands still for request_timeout, its handler not yielding', 'handler', { requestTimeoutMs: 80 }, {}],
    ['its caller waits no longer, however busy it is', 'nothing', {}, { timeout: 80, credit: 1_000_000 }],
  ] as const)('%s', async (_what, holdUp, options, fields) => {
    let cleaned = false;
    const { connect, log } = await open(async function* (call) {
      try {
        for (let item = 0; ; item++) {
          if (item === 3 && holdUp === 'handler') await new Promise((resolve) => (call.signal.onabort = resolve));
          yield item;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      } finally {
        cleaned = true;
      }
    }, options);
    const wire = await connect();
    const [start, ownMs] = [performance.now(), ownTime()];
    await wire.send(ask({ credit: holdUp === 'credit' ? 3 : 64, ...fields }));
    await eventually(() => wire.replies.at(-1)?.code).toBe('deadline_exceeded');
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
    expect(ownMs()).toBeLessThan(450);
    await eventually(() => cleaned).toBe(true);
    expect(log.codes()).toEqual(['handler_timeout']);
    if (holdUp === 'credit') expect(log.errors[0]?.message).toContain('its caller grants no more credit');
  });

  it('it yields what JSON cannot hold', async () => {
    const source = new Source(3, (index) => (index === 1 ? 1n : index));
    const { connect, log } = await open(source.items);
    const wire = await connect();
    await wire.send(ask());
    expect(outcomes(await wire.take(2))).toEqual([0, 'internal']);
    await eventually(() => source.cleaned).toBe(1);
    expect(log.codes()).toEqual(['reply_not_serializable']);
  });

  it.each([undefined, () => 1])('it yields %o, which JSON has no form for', async (item) => {
    const source = new Source(1, () => item);
    const { connect } = await open(source.items);
    const wire = await connect();
    await wire.send(ask());
    expect(outcomes(await wire.take(1))).toEqual(['internal']);
    await eventually(() => source.cleaned).toBe(1);
  });

  it('it yields more than a reply may be', async () => {
    const source = new Source(3, (index) => 'x'.repeat(index * 1_000));
    const { connect } = await open(source.items, { maxResponseBytes: 1_500 });
    const wire = await connect();
    await wire.send(ask());
    expect(outcomes(await wire.take(3))).toEqual([0, 1, 'message_too_large']);
    await eventually(() => source.cleaned).toBe(1);
  });
});

describe('a streaming handler', () => {
  it('that never stands still may take longer than request_timeout', async () => {
    const time = virtualTime();
    const { connect } = await open(
      async function* () {
        for (let item = 0; item < 12; item++) {
          await new Promise((resolve) => setTimeout(resolve, 90));
          yield item;
        }
      },
      { requestTimeoutMs: 120 },
    );
    const wire = await connect();
    await wire.send(ask());
    await time.pass(12 * 90 + 10);
    expect(outcomes(await wire.take(13)).at(-1)).toBe('end');
  });

  it.each([
    ['throws at once', [], () => Promise.reject(new Error('/secret'))],
    ['throws after two items', [0, 1], () => Promise.reject(new IpcError('orders.sold_out', 'None left'))],
  ])('that %s ends with that error', async (_what, items, fail) => {
    const { connect } = await open(async function* () {
      yield* items;
      await fail();
    });
    const wire = await connect();
    await wire.send(ask());
    const code = items.length > 0 ? 'orders.sold_out' : 'internal';
    expect(outcomes(await wire.take(items.length + 1))).toEqual([...items, code]);
    expect(JSON.stringify(wire.replies)).not.toContain('secret');
  });

  it.each<[string, () => unknown]>([
    ['[Symbol.asyncIterator]() of what the handler streams gave null', () => null],
    ['next() of what the handler streams gave undefined', () => ({ next: () => Promise.resolve() })],
    ['next() of what the handler streams gave number', () => ({ next: () => 5 })],
  ])('that is none fails, and does not look like an end: %s', async (why, iterate) => {
    const { server, connect, log } = await open(() => ({ [Symbol.asyncIterator]: iterate }) as AsyncIterable<unknown>);
    const wire = await connect();
    await wire.send(ask());
    expect(await wire.next()).toMatchObject({ code: 'internal' });
    expect(log.codes()).toEqual(['handler_error']);
    expect(log.errors[0]?.message).toContain(`TypeError: ${why}, which is no object`);
    expect(server.load.inFlight).toBe(0);
  });

  it('may fail to clean up: the log says so and the server lives', async () => {
    const { connect, log } = await open(async function* () {
      try {
        yield await Promise.resolve(1);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- what handlers do wrong
        throw new Error('not clean');
      }
    });
    const wire = await connect();
    await wire.send(ask({ credit: 1 }));
    await wire.next();
    await wire.send(cancel());
    expect(await wire.next()).toMatchObject({ code: 'cancelled' });
    await eventually(() => log.codes()).toEqual(['handler_error']);
    expect(log.errors[0]?.message).toContain('not clean');
  });

  it('may ignore that it is cancelled: its caller is answered, and what it yields later is dropped', async () => {
    let go: () => void = () => undefined;
    const { server, connect } = await open(async function* () {
      yield 0;
      await new Promise<void>((resolve) => (go = resolve));
      yield 1;
    });
    const wire = await connect();
    await wire.send(ask());
    await wire.next();
    await wire.send(cancel());
    expect(await wire.next()).toMatchObject({ code: 'cancelled' });
    go();
    await wire.send({ ipcReqID: 'last', uri: DELAY, data: { delay: 5 } });
    expect(await wire.next()).toMatchObject({ ipcReqID: 'last' });
    expect(server.load.inFlight).toBe(0);
  });

  it('whose call fails by something else has that one log line: what it yields later is dropped', async () => {
    let go: () => void = () => undefined;
    const { connect, log } = await open(async function* (call) {
      setImmediate(() => {
        call.fail(new Error('stray'));
      });
      await new Promise<void>((resolve) => (go = resolve));
      yield 1;
    });
    const wire = await connect();
    await wire.send(ask());
    expect(await wire.next()).toMatchObject({ code: 'internal' });
    go();
    await wire.send({ ipcReqID: 'last', uri: DELAY, data: { delay: 5 } });
    expect(await wire.next()).toMatchObject({ ipcReqID: 'last' });
    expect(log.codes()).toEqual(['handler_error']);
  });

  it('is not started for a caller that gives it up before there is credit', async () => {
    const source = new Source();
    const { connect } = await open(source.items);
    const wire = await connect();
    await wire.send(ask({ credit: 0 }), cancel());
    expect(await wire.next()).toMatchObject({ code: 'cancelled' });
    expect([source.pulled, source.cleaned]).toEqual([0, 0]);
  });

  it('may be any async iterable, one that cannot be told to stop included', async () => {
    const never: AsyncIterable<unknown> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    };
    const { server, connect } = await open(() => never);
    const wire = await connect();
    await wire.send(ask(), cancel());
    expect(await wire.next()).toMatchObject({ code: 'cancelled' });
    expect(server.load.inFlight).toBe(0);
  });

  it('finds in its clean-up the asynchronous context it was called in', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const handle = streaming(async function* () {
      try {
        yield await Promise.resolve(context.getStore());
      } finally {
        seen.push(context.getStore());
      }
    });
    const { connect } = await openServer({ '/items': (call) => context.run('mine', handle, call) });
    const wire = await connect();
    await wire.send(ask({ credit: 1 }));
    expect((await wire.next()).data).toBe('mine');
    await wire.send(cancel());
    await eventually(() => seen).toEqual(['mine']);
  });
});
