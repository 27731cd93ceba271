import { describe, expect, it } from 'vitest';
import type { OutgoingCall } from './calls/outgoing-call';
import type { Interceptor } from './interceptor';
import type { CallOptions } from './ipc-client';
import { ManualClock } from './testing/manual-clock';
import { failureOf, observedClient, openClient, turns } from './testing/open-client';
import { echo, ScriptedServer, silent } from './testing/scripted-server';

describe('interceptors', () => {
  it('stand around every kind of call, the first one outermost', async () => {
    const server = await ScriptedServer.start((request, peer) => {
      if (request.uri === '/items') peer.answer(request, { seq: 0, data: 'item', continues: true });
      if (!request.oneway) peer.answer(request, { data: request.uri === '/items' ? undefined : request.data });
    });
    const seen: string[] = [];
    const watch =
      (name: string): Interceptor =>
      async (call, next) => {
        seen.push(`${name} > ${call.kind} ${call.uri}`);
        const data = await next(call);
        seen.push(`${name} < ${String(data)}`);
        return data;
      };
    const { client } = observedClient({
      socketPath: server.socketPath,
      interceptors: [watch('outer'), watch('inner')],
    });
    expect(await client.call('/x', 1)).toBe(1);
    await client.notify('/log', 1);
    expect(await client.stream('/items').next()).toEqual({ done: false, value: 'item' });
    expect(seen.slice(0, 4)).toEqual(['outer > call /x', 'inner > call /x', 'inner < 1', 'outer < 1']);
    expect(seen.slice(4, 8)).toEqual([
      'outer > notify /log',
      'inner > notify /log',
      'inner < undefined',
      'outer < undefined',
    ]);
    expect(seen.slice(8, 10)).toEqual(['outer > stream /items', 'inner > stream /items']);
  });

  it('may change a call on its way out, and its data on its way back', async () => {
    const server = await ScriptedServer.start((request, peer) => peer.answer(request, { data: request.data }));
    const sign: Interceptor = async (call, next) => {
      const data = await next({ ...call, data: { signed: call.data }, meta: { ...call.meta, token: 't' } });
      return { answered: data };
    };
    const { client } = observedClient({ socketPath: server.socketPath, interceptors: [sign] });
    expect(await client.call('/x', 1, { meta: { a: 'b' } })).toEqual({ answered: { signed: 1 } });
    expect((await server.peer()).requests[0]).toMatchObject({ data: { signed: 1 }, meta: { a: 'b', token: 't' } });
  });

  it.each<[string, Interceptor]>([
    ['throws', () => Promise.reject(new Error('no token'))],
    [
      'throws at once',
      () => {
        throw new Error('no token');
      },
    ],
  ])('refuse a call, and a stream, by what one %s; nothing is sent', async (_, refuse) => {
    const { client, states } = observedClient({ socketPath: '/nowhere', interceptors: [refuse] });
    const refused = [client.call('/x'), client.notify('/x'), client.stream('/x').next()];
    for (const failure of refused.map(failureOf)) expect(await failure).toMatchObject({ message: 'no token' });
    expect(states).toEqual([]);
  });

  it.each([[undefined], [null], ['no token']])(
    'end a call, and a stream, by %j as well, though it is no error; an end it is not',
    async (thrown) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- JavaScript lets anything be thrown
      const refuse: Interceptor = () => Promise.reject(thrown);
      const { client } = observedClient({ socketPath: '/nowhere', interceptors: [refuse] });
      const stream = client.stream('/x');
      const asked = await Promise.allSettled([client.call('/x'), client.notify('/x'), stream.next(), stream.next()]);
      const failed = { status: 'rejected', reason: thrown };
      expect(asked).toEqual([failed, failed, failed, { status: 'fulfilled', value: { done: true, value: undefined } }]);
    },
  );

  it('may answer a call themselves, or try it again', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) =>
      peer.answer(request, request.data === 2 ? { data: 'ok' } : { code: 'internal', message: 'no' }),
    );
    const cache: Interceptor = async (call, next) => (call.uri === '/known' ? 'cached' : next(call));
    const again: Interceptor = (call, next) => next(call).catch(() => next({ ...call, data: 2 }));
    const { client } = observedClient({ socketPath, interceptors: [cache, again] });
    expect(await client.call('/known')).toBe('cached');
    expect(await client.call('/x', 1)).toBe('ok');
  });

  it('may not begin a stream twice', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) =>
      peer.answer(request, { code: 'internal', message: 'no' }),
    );
    const again: Interceptor = (call, next) => next(call).catch(() => next(call));
    const { client } = observedClient({ socketPath, interceptors: [again] });
    expect((await failureOf(client.stream('/x').next())).message).toMatch(/next\(\) was called again for a stream/);
  });

  it('that think longer than a reader waits send nothing for it', async () => {
    const server = await ScriptedServer.start(silent);
    const open: { go?: () => void } = {};
    const slow: Interceptor = async (call: OutgoingCall, next) => {
      await new Promise<void>((resolve) => (open.go = resolve));
      return next(call);
    };
    const { client } = observedClient({ socketPath: server.socketPath, interceptors: [slow] });
    const stream = client.stream('/x');
    const first = stream.next();
    await stream.return();
    expect(await first).toEqual({ done: true, value: undefined });
    open.go?.();
    await client.connect();
    expect((await server.peer()).requests).toEqual([]);
    expect(client.pendingCalls).toBe(0);
  });
});

/** Interceptors that never are done with a call, before they pass it on or after. */
const STUCK: readonly [string, Interceptor, { readonly sent: boolean }][] = [
  ['before next', () => new Promise(() => undefined), { sent: false }],
  ['after next', (call, next) => next(call).then(() => new Promise(() => undefined)), { sent: true }],
  ['after a failure', (call, next) => next(call).catch(() => new Promise(() => undefined)), { sent: true }],
  ['in next', (call, next) => next(call), { sent: true }],
];

describe.each(STUCK)('interceptors that wait %s', (when, stuck, { sent }) => {
  const begin = async (options: CallOptions) => {
    const server = await ScriptedServer.start(
      when === 'after next' ? (request, peer) => peer.answer(request, {}) : silent,
    );
    const clock = new ManualClock();
    const observed = await openClient({ socketPath: server.socketPath, interceptors: [stuck], clock });
    const { client } = observed;
    const failures = [
      failureOf(client.call('/x', 1, options)),
      failureOf(client.stream('/x', 1, { timeoutMs: 500, ...options }).next()),
    ];
    if (sent) await (await server.peer()).received(2);
    await turns();
    expect(client.pendingCalls).toBe(2);
    const settled = async (expected: object): Promise<void> => {
      for (const failure of failures) expect(await failure).toMatchObject({ origin: 'local', sent, ...expected });
      expect(client.pendingCalls).toBe(0);
    };
    return { client, clock, settled };
  };

  it('do not outlast the time of the call, which counts until then', async () => {
    const { clock, settled } = await begin({ timeoutMs: 500 });
    clock.advance(520);
    await settled({ code: 'deadline_exceeded' });
  });

  it('do not outlast its signal', async () => {
    const controller = new AbortController();
    const { settled } = await begin({ signal: controller.signal });
    controller.abort('enough');
    await settled({ code: 'cancelled', cause: 'enough' });
  });

  it.each([[undefined], [1_000]])('do not outlast close() with drainMs %s', async (drainMs) => {
    const { client, clock, settled } = await begin({ timeoutMs: 5_000 });
    const closed = client.close({ drainMs });
    if (drainMs !== undefined) {
      await turns();
      expect(client.pendingCalls).toBe(2);
      clock.advance(drainMs);
    }
    await closed;
    await settled({});
    expect(clock.timers).toBe(0);
  });
});

describe('an interceptor', () => {
  it('may still answer what ran out of time, or was given up, where it does so at once', async () => {
    const server = await ScriptedServer.start(silent);
    const clock = new ManualClock();
    const fallback: Interceptor = (call, next) => next(call).catch(() => 'cached');
    const { client } = await openClient({ socketPath: server.socketPath, interceptors: [fallback], clock });
    const controller = new AbortController();
    const calls = [client.call('/x', 1, { timeoutMs: 100 }), client.call('/x', 2, { signal: controller.signal })];
    await (await server.peer()).received(2);
    clock.advance(120);
    controller.abort();
    expect(await Promise.all(calls)).toEqual(['cached', 'cached']);
  });

  it('passes on what time is left, and nothing once there is none', async () => {
    const server = await ScriptedServer.start(silent);
    const clock = new ManualClock();
    const nexts: (() => Promise<unknown>)[] = [];
    const slow: Interceptor = (call, next) =>
      new Promise((resolve, reject) => {
        nexts.push(() => next({ ...call, timeoutMs: 60_000 }));
        if (nexts.length === 1) setImmediate(() => void nexts[0]?.().then(resolve, reject));
      });
    const { client } = await openClient({ socketPath: server.socketPath, interceptors: [slow], clock });
    const first = failureOf(client.call('/first', 1, { timeoutMs: 500 }));
    clock.advance(200);
    expect(await (await server.peer()).request()).toMatchObject({ uri: '/first', timeout: 300 });
    const second = failureOf(client.call('/second', 1, { timeoutMs: 100 }));
    clock.advance(320);
    expect([(await first).code, (await second).code]).toEqual(['deadline_exceeded', 'deadline_exceeded']);
    expect(await failureOf(nexts[1]?.() ?? Promise.resolve())).toBe(await second);
    await turns();
    expect((await server.peer()).to('/second')).toEqual([]);
  });

  it('finishes within a drain what was asked before', async () => {
    const server = await ScriptedServer.start(echo);
    const open: { go?: () => void } = {};
    const slow: Interceptor = async (call, next) => {
      await new Promise<void>((resolve) => (open.go = resolve));
      return next(call);
    };
    const { client } = await openClient({ socketPath: server.socketPath, interceptors: [slow], maxPending: 1 });
    const call = client.call('/x', 1);
    expect(await failureOf(client.call('/x', 2))).toMatchObject({ code: 'resource_exhausted' });
    const closed = client.close({ drainMs: Infinity });
    open.go?.();
    expect(await call).toBe(1);
    await closed;
  });
});
