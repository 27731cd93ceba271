import { IpcError } from '@pixl-ipc/protocol';
import { describe, expect, it } from 'vitest';
import { ECHO, eventually, openServer, type OpenServer } from '../../fixtures/open-server';
import type { EndpointStats } from './endpoint-stats';

const endpoint = ({ server }: OpenServer, name: string): EndpointStats | undefined =>
  [...server.stats.endpoints].find((stats) => stats.endpoint === name);
const bytesOf = (message: unknown): number => Buffer.byteLength(JSON.stringify(message));

describe('the calls of an endpoint', () => {
  it.each([
    ['answered', { uri: '/ok' }, { succeeded: 1 }],
    ['refused by its handler', { uri: '/sold-out' }, { errors: [['orders.sold_out', 1]] }],
    ['failed by its handler', { uri: '/throws' }, { errors: [['internal', 1]] }],
    ['answered, though nobody waits for it', { v: 2, uri: '/ok', oneway: true }, { succeeded: 1, sentBytes: 0 }],
    ['never answered', { v: 2, uri: '/silent', timeout: 20 }, { errors: [['deadline_exceeded', 1]] }],
  ])('are counted as what became of them: %s', async (_what, request, counts) => {
    const open = await openServer({
      '/ok': (call) => call.reply(1),
      '/silent': () => undefined,
      '/sold-out': () => {
        throw new IpcError('orders.sold_out', 'none left');
      },
      '/throws': () => {
        throw new Error('x');
      },
    });
    const wire = await open.connect();
    await wire.send(request);
    await eventually(() => endpoint(open, request.uri)?.latency.count).toBe(1);
    const { calls, inFlight, succeeded, errors, sentBytes } = endpoint(open, request.uri) ?? {};
    expect({ calls, inFlight, succeeded, errors: [...(errors ?? [])], sentBytes }).toMatchObject({
      calls: 1,
      inFlight: 0,
      succeeded: 0,
      errors: [],
      ...counts,
    });
  });

  it('are in flight while they run, and abandoned when their caller goes', async () => {
    const open = await openServer({ '/silent': () => undefined });
    const wire = await open.connect();
    await wire.send({ uri: '/silent' }, { uri: '/silent' });
    await eventually(() => endpoint(open, '/silent')?.inFlight).toBe(2);
    wire.destroy();
    await eventually(() => endpoint(open, '/silent')?.inFlight).toBe(0);
    expect([...(endpoint(open, '/silent')?.errors ?? [])]).toEqual([['abandoned', 2]]);
    expect(open.server.stats.errors).toEqual({});
  });

  it('weigh what their frames weigh, in bytes and without the newlines', async () => {
    const open = await openServer();
    const wire = await open.connect();
    const requests = [
      { ipcReqID: 'a', uri: ECHO, data: 'plain' },
      { ipcReqID: 'b', uri: ECHO, data: 'ü€😀'.repeat(1_000) },
      { ipcReqID: 'c', uri: ECHO, data: 'x'.repeat(100_000) },
    ];
    await wire.send(...requests);
    const replies = await wire.take(requests.length);
    const sum = (messages: readonly unknown[]): number => messages.reduce<number>((all, one) => all + bytesOf(one), 0);
    expect(endpoint(open, ECHO)).toMatchObject({ receivedBytes: sum(requests), sentBytes: sum(replies) });
  });

  it('of what nothing serves stand together, whatever their callers call it', async () => {
    const open = await openServer();
    const wire = await open.connect();
    await wire.send(...Array.from({ length: 100 }, (_, n) => ({ uri: `/nope/${n}` })));
    await wire.take(100);
    expect([...open.server.stats.endpoints].map(({ endpoint: name, calls }) => [name, calls])).toEqual([
      ['(none)', 100],
    ]);
    open.server.setDefaultHandle((call) => call.reply(1));
    await wire.send({ uri: '/nope' });
    await wire.next();
    expect(endpoint(open, '(default)')).toMatchObject({ calls: 1, handler: 'DefaultHandler' });
  });

  it('that a pattern serves are counted under the pattern', async () => {
    const open = await openServer();
    open.server.router.addPattern(/^\/users\/\d+$/i, 'user', (call) => call.reply(1));
    const wire = await open.connect();
    await wire.send({ uri: '/users/1' }, { uri: '/USERS/2' });
    await wire.take(2);
    expect(endpoint(open, '/^\\/users\\/\\d+$/i')).toMatchObject({ calls: 2, handler: 'user' });
  });

  it('by version 1 are told apart, for the endpoint and for who calls', async () => {
    const open = await openServer();
    const wire = await open.connect();
    await wire.send(
      { uri: ECHO, userAgent: 'old' },
      { v: 2, uri: ECHO, userAgent: 'new' },
      { uri: ECHO, userAgent: 'old' },
    );
    await wire.take(3);
    expect(endpoint(open, ECHO)).toMatchObject({ calls: 3, version1Calls: 2, outdatedCalls: 0 });
    expect(open.server.stats.callers.rows()).toEqual([
      { userAgent: 'old', calls: 2, version1Calls: 2, outdatedCalls: 0 },
      { userAgent: 'new', calls: 1, version1Calls: 0, outdatedCalls: 0 },
    ]);
  });
});
