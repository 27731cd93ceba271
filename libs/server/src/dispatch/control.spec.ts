import { CANCEL_URI, CREDIT_URI } from '@pixl-ipc/protocol';
import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, eventually, openServer, type OpenServer } from '../../fixtures/open-server';
import { ownTime } from '../../fixtures/own-time';
import { virtualTime } from '../../fixtures/virtual-time';
import type { WireReply } from '../../fixtures/wire';
import type { ServerOptions } from '../options';
import type { Call } from './call';

const call = (id: unknown, fields: object = {}): object => ({ v: 2, ipcReqID: id, uri: '/hold', ...fields });
const cancel = (id: unknown, fields: object = {}): object => ({
  v: 2,
  ipcReqID: 'control',
  uri: CANCEL_URI,
  data: { id },
  oneway: true,
  ...fields,
});
const outcomes = (replies: readonly WireReply[]): unknown[] => replies.map(({ ipcReqID, code }) => [ipcReqID, code]);

/** A server whose `/hold` never answers by itself. */
async function open(
  options: Partial<ServerOptions> = {},
): Promise<OpenServer & { readonly started: Call[]; readonly ids: () => unknown[] }> {
  const started: Call[] = [];
  const opened = await openServer({ '/hold': (held) => void started.push(held) }, options);
  return { ...opened, started, ids: () => started.map(({ request }) => request.id) };
}

describe('a cancelled call', () => {
  it('has its signal aborted with the reason, and is answered cancelled once, whatever its handler does then', async () => {
    const { server, connect, started, log } = await open();
    const wire = await connect();
    await wire.send(call('a'), call('b'));
    await eventually(() => started.length).toBe(2);
    const signal = started[0]?.signal;
    await wire.send(cancel('a'));
    expect(await wire.next()).toEqual({
      v: 2,
      ipcReqID: 'a',
      code: 'cancelled',
      message: 'The caller has cancelled the call',
    });
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toMatchObject({ name: 'IpcError', code: 'cancelled' });
    expect(started[1]?.signal.aborted).toBe(false);
    started[0]?.reply('late');
    started[0]?.fail(new Error('late'));
    started[0]?.expire();
    started[1]?.reply('b');
    expect(await wire.next()).toEqual({ v: 2, ipcReqID: 'b', data: 'b' });
    await wire.send({ ipcReqID: 'last', uri: ECHO });
    await wire.next();
    expect(wire.replies).toHaveLength(3);
    expect(log.errors).toEqual([]);
    expect(server.stats.errors).toEqual({ cancelled: 1 });
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it('that was oneway is ended without a word', async () => {
    const { server, connect, started } = await open();
    const wire = await connect();
    await wire.send(call('a', { oneway: true }));
    await eventually(() => started.length).toBe(1);
    await wire.send(cancel('a'), { ipcReqID: 'last', uri: ECHO });
    expect(outcomes([await wire.next()])).toEqual([['last', undefined]]);
    expect([started[0]?.signal.aborted, server.load.inFlight]).toEqual([true, 0]);
  });

  it('ends the process neither by what its handler throws as it ends nor by what it throws later', async () => {
    const { connect, log } = await openServer({
      '/throws': (thrower) => {
        thrower.signal.addEventListener('abort', () => {
          setImmediate(() => {
            throw new Error('much later');
          });
          throw new Error('in the listener');
        });
      },
    });
    const wire = await connect();
    await wire.send(call('a', { uri: '/throws' }), cancel('a'));
    expect(outcomes([await wire.next()])).toEqual([['a', 'cancelled']]);
    await eventually(() => log.codes()).toEqual(['handler_error', 'handler_error']);
    expect(log.errors.map(({ message }) => /in the listener|much later/.exec(message)?.[0])).toEqual([
      'in the listener',
      'much later',
    ]);
  });

  it('leaves the queue at once and is never executed, wherever it stands there', async () => {
    const { server, connect, started, ids } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(...[0, 1, 2, 3, 4].map((id) => call(id)));
    await eventually(() => server.load.waiting).toBe(4);
    await wire.send(cancel(3), cancel(1), cancel(4));
    expect(outcomes(await wire.take(3))).toEqual([3, 1, 4].map((id) => [id, 'cancelled']));
    expect(wire.replies[0]?.message).toContain('not executed');
    expect(server.load.waiting).toBe(1);
    started[0]?.reply('first');
    await eventually(() => ids()).toEqual([0, 2]);
    started[1]?.reply('second');
    expect(outcomes(await wire.take(2))).toEqual([0, 2].map((id) => [id, undefined]));
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it('that waited as the last of a half-closed connection lets it end', async () => {
    const { server, connect, started } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(call(1), call(2), cancel(2), cancel(1));
    wire.halfClose();
    await wire.ended();
    expect(outcomes(wire.replies)).toEqual([
      [2, 'cancelled'],
      [1, 'cancelled'],
    ]);
    expect(started).toHaveLength(1);
    await eventually(() => server.stats.connections).toBe(0);
  });

  it('is reached within 50 ms behind 5,000 that wait, and so is one of those', async () => {
    const { server, connect, started } = await open();
    const wire = await connect();
    await wire.send(...Array.from({ length: 6_024 }, (_, id) => call(id, { timeout: 60_000 })));
    await eventually(() => server.load).toMatchObject({ inFlight: 1_024, waiting: 5_000 });
    const aborted = new Promise<number>((resolve) => {
      started[7]?.signal.addEventListener('abort', () => resolve(ownMs()));
    });
    const ownMs = ownTime();
    await wire.send(cancel(7), cancel(3_500));
    const ms = await aborted;
    expect(outcomes(await wire.take(2))).toEqual([
      [7, 'cancelled'],
      [3_500, 'cancelled'],
    ]);
    expect(ms).toBeLessThan(50);
    await eventually(() => server.load).toMatchObject({ inFlight: 1_024, waiting: 4_998 });
  });

  it('is of one connection: another one cannot touch it', async () => {
    const { connect, started } = await open();
    const [owner, stranger] = [await connect(), await connect()];
    await owner.send(call('a'));
    await eventually(() => started.length).toBe(1);
    await stranger.send(cancel('a', { oneway: false }));
    expect(await stranger.next()).toEqual({ v: 2, ipcReqID: 'control', data: { found: false } });
    expect(started[0]?.signal.aborted).toBe(false);
  });

  it('of version 1 cannot be: its ids name nothing, and the URI is no endpoint in that version', async () => {
    const { connect, started } = await open();
    const wire = await connect();
    await wire.send({ ipcReqID: 'a', uri: '/hold' });
    await eventually(() => started.length).toBe(1);
    await wire.send({ ipcReqID: 'c1', uri: CANCEL_URI, data: { id: 'a' } }, cancel('a', { oneway: false }));
    expect(await wire.take(2)).toMatchObject([
      { ipcReqID: 'c1', code: 'no_handler_found' },
      { ipcReqID: 'control', data: { found: false } },
    ]);
    expect(started[0]?.settled).toBe(false);
  });
});

describe('a control request', () => {
  it('without oneway is told whether there was such a call', async () => {
    const { connect, started } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(call('runs'), call('waits'));
    await eventually(() => started.length).toBe(1);
    const ask = async (uri: string, data: object): Promise<unknown> => {
      await wire.send({ v: 2, ipcReqID: 'q', uri, data });
      const reply = (await wire.take(1))[0];
      return reply?.ipcReqID === 'q' ? reply.data : ask(uri, data);
    };
    expect(await ask(CREDIT_URI, { id: 'runs', n: 1 })).toEqual({ found: true });
    expect(await ask(CREDIT_URI, { id: 'waits', n: 1 })).toEqual({ found: true });
    expect(await ask(CREDIT_URI, { id: 'nobody', n: 1 })).toEqual({ found: false });
    expect(await ask(CANCEL_URI, { id: 'nobody' })).toEqual({ found: false });
  });

  it.each([
    ['no data', CANCEL_URI, undefined],
    ['no id', CANCEL_URI, {}],
    ['null as an id', CANCEL_URI, { id: null }],
    ['an object as an id', CANCEL_URI, { id: { a: 1 } }],
    ['text', CANCEL_URI, 'id'],
    ['a list', CANCEL_URI, ['a']],
    ['no amount', CREDIT_URI, { id: 'a' }],
    ['a negative amount', CREDIT_URI, { id: 'a', n: -1 }],
    ['half an item', CREDIT_URI, { id: 'a', n: 0.5 }],
    ['too much', CREDIT_URI, { id: 'a', n: 1e9 }],
    ['an amount as text', CREDIT_URI, { id: 'a', n: '5' }],
  ])('with %s is invalid_argument, and changes nothing', async (_what, uri, data) => {
    const { server, connect, started } = await open();
    const wire = await connect();
    await wire.send(call('a'), { v: 2, ipcReqID: 'bad', uri, data }, { v: 2, uri, data, oneway: true });
    expect(await wire.next()).toMatchObject({ v: 2, ipcReqID: 'bad', code: 'invalid_argument' });
    expect(started[0]?.settled).toBe(false);
    expect(server.stats.errors).toEqual({ invalid_argument: 2 });
  });

  it.each(['constructor', '__proto__', 'toString', '', 0, -0, 1e300, 'x'.repeat(256)])(
    'finds a call named %j, and no other',
    async (id) => {
      const { connect, started } = await open({ maxInFlightPerConnection: 1 });
      const wire = await connect();
      await wire.send(cancel(id, { oneway: false }), call(id), call('waits'), cancel(id));
      expect(await wire.take(2)).toMatchObject([{ data: { found: false } }, { code: 'cancelled' }]);
      await eventually(() => started.length).toBe(2);
      await wire.send(cancel(id, { oneway: false }));
      expect(await wire.next()).toMatchObject({ data: { found: false } });
    },
  );

  it('tells a number from the text of it', async () => {
    const { connect, started } = await open();
    const wire = await connect();
    await wire.send(call(1), call('1'), cancel('1'));
    expect(await wire.next()).toMatchObject({ ipcReqID: '1', code: 'cancelled' });
    expect(started.map(({ settled }) => settled)).toEqual([false, true]);
  });

  it('means the newest call where an id is in use twice; every call is answered', async () => {
    const { server, connect, started } = await open({ maxInFlightPerConnection: 2 });
    const wire = await connect();
    await wire.send(call('a', { data: 1 }), call('a', { data: 2 }), call('a', { data: 3 }));
    await eventually(() => server.load).toMatchObject({ inFlight: 2, waiting: 1 });
    await wire.send(cancel('a'));
    expect((await wire.next()).message).toContain('not executed');
    await wire.send(cancel('a'));
    await wire.next();
    expect(started.map(({ settled }) => settled)).toEqual([false, true]);
    started[0]?.reply('first');
    expect(await wire.next()).toMatchObject({ ipcReqID: 'a', data: 'first' });
    await wire.send(cancel('a', { oneway: false }));
    expect(await wire.next()).toMatchObject({ data: { found: false } });
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it('finds a call though another one with its id has come and gone', async () => {
    const { connect, started } = await open();
    const wire = await connect();
    await wire.send(call('a'), { v: 2, ipcReqID: 'a', uri: ECHO }, cancel('a'));
    expect(outcomes(await wire.take(2))).toEqual([
      ['a', undefined],
      ['a', 'cancelled'],
    ]);
    expect(started[0]?.settled).toBe(true);
  });

  it.each([
    ['as it is', (text: string) => text],
    [
      'with escaped slashes, as PHP writes it',
      (text: string) => text.replaceAll('/ipc', '\\/ipc').replace('r/c', 'r\\/c'),
    ],
    ['with its keys last', (text: string) => text.replace('"v":2,', '').replace(/\}$/, ',"v":2}')],
    ['with a key of escaped letters', (text: string) => text.replace('"v":', '"\\u0076":')],
    ['with spaces', (text: string) => text.replace('"v":2', '"v" : 2')],
  ])('acts at once at the caps, however it is written: %s', async (_how, rewrite) => {
    const { connect, started } = await open({ maxInFlightTotal: 1 });
    const wire = await connect();
    await wire.send(call(1));
    await eventually(() => started.length).toBe(1);
    await wire.write(`${rewrite(JSON.stringify(cancel(1)))}\n`);
    expect(await wire.next()).toMatchObject({ ipcReqID: 1, code: 'cancelled' });
  });

  it('acts at once where the byte budget has no room for another request', async () => {
    const size = { maxBufferedBytesTotal: 1_048_576, maxFrameBytes: 1_000_000, maxResponseBytes: 1_000_000 };
    const { server, connect } = await open({ ...size, maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(call('large', { data: 'x'.repeat(900_000) }));
    await eventually(() => server.load.inFlight).toBe(1);
    await wire.send(call('more'), cancel('large'));
    expect(outcomes(await wire.take(2))).toEqual([
      ['more', 'resource_exhausted'],
      ['large', 'cancelled'],
    ]);
  });

  it('acts at once after the grace of a drain', async () => {
    const { server, connect, started } = await open({ maxInFlightTotal: 1, drainGraceMs: 0, drainTimeoutMs: 4_000 });
    const wire = await connect();
    await wire.send(call('a'));
    await eventually(() => started.length).toBe(1);
    const draining = server.drain();
    while (!wire.replies.some(({ ipcReqID, code }) => ipcReqID === 'probe' && code === 'unavailable')) {
      await wire.send({ v: 2, ipcReqID: 'probe', uri: ECHO, timeout: 5 });
      await wire.next();
    }
    await wire.send(cancel('a'));
    await eventually(() => outcomes(wire.replies)).toContainEqual(['a', 'cancelled']);
    expect((await draining).abandoned).toBe(0);
  });

  it('never counts against a cap, in thousands', async () => {
    const { server, connect } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(call('a'), ...Array.from({ length: 3_000 }, () => cancel('nobody', { oneway: false })));
    expect((await wire.take(3_000)).some(({ data }) => (data as { found: boolean }).found)).toBe(false);
    expect(server.load).toMatchObject({ inFlight: 1, waiting: 0 });
  });
});

describe('a request with a timeout', () => {
  it('that is over while it waits is answered then, and never executed', async () => {
    const { server, connect, started, ids, log } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(call('runs'), call('waits', { timeout: 80 }), call('patient', { timeout: 5_000 }), {
      ipcReqID: 'v1',
      uri: ECHO,
      timeout: 1,
    });
    const [start, ownMs] = [performance.now(), ownTime()];
    expect(await wire.next()).toEqual({
      v: 2,
      ipcReqID: 'waits',
      code: 'deadline_exceeded',
      message: expect.stringMatching(/^The request waited \d+ ms for its turn.*not executed$/) as string,
    });
    expect(ownMs()).toBeLessThan(180);
    expect(performance.now() - start).toBeGreaterThanOrEqual(75);
    started[0]?.reply(null);
    await eventually(() => ids()).toEqual(['runs', 'patient']);
    started[1]?.reply(null);
    expect(outcomes(await wire.take(3))).toEqual(['runs', 'patient', 'v1'].map((id) => [id, undefined]));
    expect(log.codes()).toEqual(['deadline_exceeded']);
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it('has what it waited taken off its time', async () => {
    const time = virtualTime();
    const { server, connect, started } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(call('first'), call('second', { timeout: 200 }));
    await time.until(() => server.load.waiting === 1);
    await time.pass(120);
    started[0]?.reply(null);
    await time.pass(79);
    expect(started).toHaveLength(2);
    expect(outcomes(wire.replies)).toEqual([['first', undefined]]);
    await time.pass(25);
    expect(outcomes(wire.replies)).toEqual([
      ['first', undefined],
      ['second', 'deadline_exceeded'],
    ]);
  });

  it('of 0 is over already', async () => {
    const { connect, started } = await open();
    const wire = await connect();
    await wire.send(call('a', { timeout: 0 }));
    expect(await wire.next()).toMatchObject({ ipcReqID: 'a', code: 'deadline_exceeded' });
    expect(started).toEqual([]);
  });

  it('and oneway leaves the queue without a word', async () => {
    const { server, connect } = await open({ maxInFlightPerConnection: 1 });
    const wire = await connect();
    await wire.send(call('a'), call('b', { timeout: 20, oneway: true }));
    await eventually(() => server.load.waiting).toBe(1);
    await eventually(() => server.load.waiting).toBe(0);
    expect(wire.replies).toEqual([]);
  });

  it('is told apart in the log by whose limit it was', async () => {
    const { connect, log } = await open({ requestTimeoutMs: 40 });
    const wire = await connect();
    await wire.send(call('a', { timeout: 20 }));
    await wire.next();
    await wire.send(call('b'));
    await wire.next();
    expect(log.errors.map(({ code, message }) => [code, message.replace(/\d+/, 'n')])).toEqual([
      ['handler_timeout', "handler has not replied within n ms, its caller's limit"],
      ['handler_timeout', 'handler has not replied within n ms; raise request_timeout or reply sooner'],
    ]);
  });
});

it('a bad version 2 request is answered at once, though others wait', async () => {
  const { connect, started } = await open({ maxInFlightPerConnection: 1 });
  const wire = await connect();
  await wire.send(call('a'), call('b'), call('bad', { timeout: 'x' }), { ipcReqID: 'v1', uri: DELAY });
  expect(await wire.next()).toMatchObject({ ipcReqID: 'bad', code: 'invalid_request' });
  started[0]?.reply(null);
  expect(await wire.next()).toMatchObject({ ipcReqID: 'a' });
});
