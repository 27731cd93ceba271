import { IpcError, serverCalls, type ServerCallEvent } from '@pixl-ipc/protocol';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ECHO, eventually, openServer, type OpenServer } from '../../fixtures/open-server';
import type { Handle } from '../router/router';

/** Everything that is published while a test runs, and the state of the event at that time. */
function published(): { readonly name: string; readonly event: ServerCallEvent; readonly code: string | undefined }[] {
  const seen: { name: string; event: ServerCallEvent; code: string | undefined }[] = [];
  const note = (name: string) => (event: unknown) => {
    seen.push({ name, event: event as ServerCallEvent, code: (event as ServerCallEvent).code });
  };
  const subscribers = {
    start: note('start'),
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  };
  serverCalls.subscribe(subscribers);
  onTestFinished(() => {
    serverCalls.unsubscribe(subscribers);
  });
  return seen;
}

const thrown = new Error('boom');
const soldOut = new IpcError('orders.sold_out', 'none left');
const HANDLES: Readonly<Record<string, Handle>> = {
  '/now': (call) => call.reply(1),
  '/later': (call) => void setImmediate(() => call.reply(1)),
  '/silent': () => undefined,
  '/throws': () => {
    throw thrown;
  },
  '/throws-later': (call) => void setImmediate(() => call.fail(soldOut)),
  '/refuses': (call) => call.refuse({ code: 'permission_denied', message: 'no' }),
};

const open = (): Promise<OpenServer> => openServer(HANDLES);

describe('the channels of a server’s calls', () => {
  it.each<[string, object, string[], object]>([
    ['is answered at once', { uri: '/now' }, [], {}],
    ['is answered later', { uri: '/later' }, [], {}],
    ['throws', { uri: '/throws' }, ['error'], { code: 'internal', error: thrown }],
    ['fails later', { uri: '/throws-later' }, ['error'], { code: 'orders.sold_out', error: soldOut }],
    ['is refused', { uri: '/refuses' }, ['error'], { code: 'permission_denied', error: { code: 'permission_denied' } }],
    ['takes too long', { v: 2, uri: '/silent', timeout: 20 }, ['error'], { code: 'deadline_exceeded' }],
    ['finds nobody', { uri: '/nope' }, ['error'], { code: 'no_handler_found', endpoint: '(none)' }],
  ])('say start, end, and the outcome once for a call that %s', async (_what, request, failure, outcome) => {
    const { connect } = await open();
    const wire = await connect();
    const seen = published();
    await wire.send(request);
    await wire.next();
    await eventually(() => seen.at(-1)?.name).toBe('asyncEnd');
    expect(seen.map(({ name }) => name)).toEqual(['start', 'end', ...failure, 'asyncStart', 'asyncEnd']);
    const [first] = seen;
    expect(seen.every(({ event }) => event === first?.event)).toBe(true);
    expect(first?.event).toMatchObject({ durationMs: expect.any(Number) as unknown, ...outcome });
    if (failure.length === 0) expect(first?.event).not.toHaveProperty('code');
  });

  it('tell who called what, and nothing of what was said', async () => {
    const { connect } = await open();
    const wire = await connect();
    const seen = published();
    const meta = { traceparent: 'x' };
    await wire.send({ v: 2, ipcReqID: 'p.1', uri: ECHO, data: 'secret', userAgent: 'me', meta });
    await wire.next();
    expect(seen[0]?.event).toEqual({
      endpoint: ECHO,
      handler: 'echo',
      uri: ECHO,
      id: 'p.1',
      version: 2,
      kind: 'call',
      userAgent: 'me',
      meta,
      waitedMs: expect.any(Number) as unknown,
      surround: expect.any(Function) as unknown,
      durationMs: expect.any(Number) as unknown,
    });
  });

  it.each([
    ['notify', { v: 2, uri: '/now', oneway: true, ipcReqID: 1 }],
    ['stream', { v: 2, uri: '/now', more: true }],
    ['call', { uri: '/now' }],
  ])('tell a %s from the others', async (kind, request) => {
    const { connect } = await open();
    const wire = await connect();
    const seen = published();
    await wire.send(request);
    await eventually(() => seen[0]?.event.kind).toBe(kind);
  });

  it('say abandoned where the caller goes first', async () => {
    const { connect } = await open();
    const wire = await connect();
    const seen = published();
    await wire.send({ uri: '/silent' });
    await eventually(() => seen.length).toBe(2);
    wire.destroy();
    await eventually(() => seen.length).toBe(5);
    expect(seen[4]?.event).toMatchObject({ code: 'abandoned' });
  });

  it('bring what is bound to start into the handler, and into what it starts', async () => {
    const storage = new AsyncLocalStorage<string>();
    serverCalls.start.bindStore(storage, ({ meta }) => meta.who);
    onTestFinished(() => void serverCalls.start.unbindStore(storage));
    const { connect } = await openServer({
      '/who': (call) => {
        const atOnce = storage.getStore();
        setImmediate(() => call.reply([atOnce, storage.getStore()]));
      },
    });
    const wire = await connect();
    await wire.send({ v: 2, uri: '/who', meta: { who: 'Ada' } }, { v: 2, uri: '/who', meta: { who: 'Bob' } });
    expect((await wire.take(2)).map(({ data }) => data)).toEqual([
      ['Ada', 'Ada'],
      ['Bob', 'Bob'],
    ]);
  });

  it('cost a call nothing while nobody has subscribed', async () => {
    const traces: unknown[] = [];
    const { connect } = await openServer({
      '/look': (call) => {
        traces.push(call.trace);
        call.reply(1);
      },
    });
    const wire = await connect();
    await wire.send({ uri: '/look' });
    await wire.next();
    expect(traces).toEqual([undefined]);
  });
});
