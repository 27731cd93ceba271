import { clientCalls, type ClientCallEvent } from '@pixl-ipc/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failureOf, observedClient, turns } from '../testing/open-client';
import { ScriptedServer, silent } from '../testing/scripted-server';
import { Version1Client } from '../version-1-client';

/** Everything that is published while a test runs. */
function published(onStart?: (event: ClientCallEvent) => void): { name: string; event: ClientCallEvent }[] {
  const seen: { name: string; event: ClientCallEvent }[] = [];
  const note = (name: string) => (event: unknown) => void seen.push({ name, event: event as ClientCallEvent });
  const subscribers = {
    start: (event: unknown) => {
      note('start')(event);
      onStart?.(event as ClientCallEvent);
    },
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  };
  clientCalls.subscribe(subscribers);
  onTestFinished(() => {
    clientCalls.unsubscribe(subscribers);
  });
  return seen;
}

/** The exceptions that would end the process while a test runs. */
function uncaughtExceptions(): Error[] {
  const uncaught: Error[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error));
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
  });
  return uncaught;
}

const answering = (): Promise<ScriptedServer> =>
  ScriptedServer.start((request, peer) => {
    if (request.uri === '/items') peer.answer(request, { seq: 0, data: 'item', continues: true });
    if (request.uri === '/no') peer.answer(request, { code: 'orders.sold_out', message: 'none left' });
    else if (request.uri !== '/silent' && !request.oneway) peer.answer(request, { data: undefined });
  });

describe('the channels of a client’s calls', () => {
  it.each<['call' | 'notify' | 'stream', string, string | undefined]>([
    ['call', '/yes', undefined],
    ['call', '/no', 'orders.sold_out'],
    ['call', '/silent', 'deadline_exceeded'],
    ['notify', '/yes', undefined],
    ['stream', '/items', undefined],
    ['stream', '/no', 'orders.sold_out'],
  ])('say start, end, and the outcome once for a %s of %s: %s', async (kind, uri, code) => {
    const { socketPath } = await answering();
    const { client } = observedClient({ socketPath });
    const seen = published();
    const options = { timeoutMs: uri === '/silent' ? 30 : 5_000 };
    const all = async (): Promise<void> => {
      for await (const item of client.stream(uri, 1, options)) expect(item).toBe('item');
    };
    const start = {
      call: () => client.call(uri, 1, options),
      notify: () => client.notify(uri, 1, options),
      stream: all,
    };
    const outcome = start[kind]();
    const error = code === undefined ? undefined : await failureOf(outcome);
    if (code === undefined) await outcome;
    expect(seen.map(({ name }) => name)).toEqual([
      'start',
      'end',
      ...(code === undefined ? [] : ['error']),
      'asyncStart',
      'asyncEnd',
    ]);
    const [first] = seen;
    expect(seen.every(({ event }) => event === first?.event)).toBe(true);
    expect(first?.event).toEqual({
      kind,
      uri,
      server: socketPath,
      version: 2,
      timeoutMs: options.timeoutMs,
      meta: undefined,
      surround: expect.any(Function) as unknown,
      durationMs: expect.any(Number) as unknown,
      attempts: 1,
      ...(code !== undefined && { code, error }),
    });
  });

  it('say how a call ended that could not be started', async () => {
    const { client } = observedClient({ socketPath: '/nowhere' });
    await client.close();
    const seen = published();
    const error = await failureOf(client.call('/x'));
    expect(seen.map(({ name }) => name)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
    expect(seen[0]?.event).toMatchObject({ code: 'unavailable', error, attempts: 0 });
  });

  it.each<[string, object]>([
    ['has no prototype', Object.create(null) as object],
    [
      'throws when looked at',
      new Proxy(new Error('x'), {
        get: () => {
          throw new Error('looked at');
        },
      }),
    ],
  ])('say how a call ended whose data throws, as it is serialised, what %s', async (_what, thrown) => {
    const { client } = observedClient({ socketPath: '/nowhere' });
    const uncaught = uncaughtExceptions();
    const seen = published();
    const data = {
      toJSON: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what users do wrong
        throw thrown;
      },
    };
    const error = await failureOf(client.call('/x', data));
    expect(error.message).toBe('request cannot be serialised: what was thrown cannot be looked at');
    expect(seen.at(-1)).toMatchObject({ name: 'asyncEnd', event: { code: 'invalid_argument', error } });
    expect([client.pendingCalls, uncaught]).toEqual([0, []]);
  });

  it('let who subscribes to start add to what goes with the request', async () => {
    const server = await answering();
    const { client } = observedClient({ socketPath: server.socketPath });
    published((event) => (event.meta = { ...event.meta, traceparent: 'x' }));
    await client.call('/yes', 1, { meta: { own: 'y' } });
    expect((await server.peer()).requests[0]).toMatchObject({ meta: { own: 'y', traceparent: 'x' } });
  });

  it.each<[string, (next: () => void) => void, string | undefined]>([
    [
      'twice',
      (next) => {
        next();
        next();
      },
      undefined,
    ],
    ['never', () => undefined, undefined],
    [
      'and throws',
      (next) => {
        next();
        throw new Error('tracer');
      },
      'tracer',
    ],
    [
      'never, and throws',
      () => {
        throw new Error('tracer');
      },
      'tracer',
    ],
  ])('start a call once, also where who stands around it calls next %s', async (_, surrounding, message) => {
    const server = await answering();
    const { client } = observedClient({ socketPath: server.socketPath });
    const uncaught = uncaughtExceptions();
    const seen = published((event) => {
      event.surround(surrounding);
    });
    expect(await client.call('/yes', 1)).toBeUndefined();
    expect(client.pendingCalls).toBe(0);
    expect((await server.peer()).requests).toHaveLength(1);
    expect(seen.map(({ name }) => name)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    expect(uncaught.map((error) => error.message)).toEqual(message === undefined ? [] : [message]);
  });

  it('tell of the original-style client’s calls, which carry no meta', async () => {
    const server = await answering();
    const client = new Version1Client({ socketPath: server.socketPath });
    await client.connect();
    const seen = published((event) => (event.meta = { traceparent: 'x' }));
    await new Promise<void>((resolve) =>
      client.start('/yes', 1, {
        settle: () => {
          resolve();
        },
      }),
    );
    await client.close();
    expect(seen.at(-1)).toMatchObject({ name: 'asyncEnd', event: { version: 1, uri: '/yes', attempts: 1 } });
    expect((await server.peer()).requests[0]).not.toHaveProperty('meta');
  });

  it('say of a call that was sent again how often', async () => {
    let refusals = 2;
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      if (refusals-- > 0) peer.answer(request, { code: 'unavailable', message: 'later', retryAfter: 1 });
      else peer.answer(request, { data: 1 });
    });
    const { client } = observedClient({ socketPath });
    const seen = published();
    await client.call('/x', 1, { retry: true });
    expect(seen.map(({ name }) => name)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    expect(seen[0]?.event).toMatchObject({ attempts: 3 });
  });

  it('are not spoken to while nobody has subscribed', async () => {
    const { socketPath } = await ScriptedServer.start(silent);
    const { client } = observedClient({ socketPath });
    const call = failureOf(client.call('/x'));
    await turns();
    const seen = published();
    await client.close();
    await call;
    expect(seen).toEqual([]);
  });
});
