import { endpoint } from '@pixl-ipc/contract';
import { credentialsAvailable } from '@pixl-ipc/credentials';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { openEndpoints } from '../../fixtures/open-endpoints';
import { eventually, temporaryDirectory } from '../../fixtures/open-server';
import { Wire } from '../../fixtures/wire';
import { createServer, type CreateServerOptions } from '../create-server';
import type { Context } from './context';
import { handle } from './handle';

const look = endpoint('/look', { request: z.object({}), response: z.unknown() });
const stream = endpoint('/stream', { request: z.object({}), response: z.unknown(), stream: true });

/** What `see` makes of the context of one request. */
async function seen(
  see: (context: Context) => unknown,
  request: object = {},
  options: Partial<CreateServerOptions> = {},
) {
  const { connect, log } = openEndpoints({ endpoints: [handle(look, (_input, context) => see(context))], ...options });
  const wire = connect();
  await wire.send({ v: 2, ipcReqID: 'x.1', uri: '/look', data: {}, ...request });
  const reply = await wire.next();
  return { data: reply.data, code: reply.code, log };
}

describe('the context of a call', () => {
  it.each([
    ['uri', (context: Context) => context.uri, {}, '/look'],
    ['claimedPid', (context: Context) => context.claimedPid, { pid: 42 }, 42],
    ['claimedPid, where that is none', (context: Context) => context.claimedPid ?? 'none', { pid: '42' }, 'none'],
    ['userAgent', (context: Context) => context.userAgent, { userAgent: 'PHP/IPCClient' }, 'PHP/IPCClient'],
    ['userAgent, where it is silent', (context: Context) => context.userAgent ?? 'none', {}, 'none'],
    [
      'userAgent, where it is long',
      (context: Context) => context.userAgent,
      { userAgent: 'é'.repeat(200) },
      'é'.repeat(128),
    ],
    ['meta', (context: Context) => context.meta, { meta: { traceparent: '00-1' } }, { traceparent: '00-1' }],
    ['meta, where there is none', (context: Context) => Object.keys(context.meta), {}, []],
  ])('has %s', async (_what, see, request, expected) => {
    expect((await seen(see, request)).data).toEqual(expected);
  });

  it.each([
    ['the caller’s timeout', { timeout: 5_000 }, { requestTimeoutMs: 60_000 }, 5_000],
    ['request_timeout', { timeout: 60_000 }, { requestTimeoutMs: 5_000 }, 5_000],
    ['request_timeout, where the caller says none', {}, { requestTimeoutMs: 5_000 }, 5_000],
  ])('has a deadline: %s where that is sooner', async (_what, request, options, ms) => {
    const { data } = await seen(({ deadline }) => deadline && deadline.getTime() - Date.now(), request, options);
    expect(data).toBeGreaterThan(ms - 500);
    expect(data).toBeLessThanOrEqual(ms);
  });

  it('has no deadline where there is none, and of a stream that of its caller', async () => {
    expect((await seen(({ deadline }) => String(deadline), {}, { requestTimeoutMs: 0 })).data).toBe('undefined');
    const { connect } = openEndpoints({
      endpoints: [
        handle(stream, async function* (_input, { deadline }) {
          yield await Promise.resolve(deadline ? deadline.getTime() - Date.now() : 'none');
        }),
      ],
    });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 1, uri: '/stream', data: {}, more: true });
    expect((await wire.take(2))[0]?.data).toBe('none');
    await wire.send({ v: 2, ipcReqID: 1, uri: '/stream', data: {}, more: true, timeout: 90_000 });
    expect((await wire.take(2))[0]?.data).toBeGreaterThan(60_001);
  });

  it('has a signal that aborts with the reason', async () => {
    const reasons: unknown[] = [];
    const { data, code } = await seen(
      ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            resolve('too late');
          });
        }),
      { timeout: 30 },
    );
    expect([data, code]).toEqual([undefined, 'deadline_exceeded']);
    expect(reasons).toMatchObject([{ name: 'IpcError', code: 'deadline_exceeded' }]);
  });

  it('has the peer as the kernel says, or null', async () => {
    const socketPath = `${temporaryDirectory()}/s`;
    const server = createServer({ socketPath, endpoints: [handle(look, (_input, { peer }) => peer)] });
    onTestFinished(() => server.abort());
    await server.listen();
    const wire = await Wire.connect(socketPath);
    await wire.send({ uri: '/look', data: {}, pid: 1 });
    const self = { pid: process.pid, uid: process.geteuid?.(), gid: process.getegid?.() };
    expect((await wire.next()).data).toEqual(credentialsAvailable() ? self : null);
  });

  it('still has the peer when that is gone, if it was asked before', async () => {
    const socketPath = `${temporaryDirectory()}/s`;
    const peers: unknown[] = [];
    const server = createServer({
      socketPath,
      endpoints: [
        handle(look, async (_input, context) => {
          peers.push(context.peer);
          await new Promise((resolve) => (context.signal.onabort = resolve));
          peers.push(context.peer);
          return null;
        }),
      ],
    });
    onTestFinished(() => server.abort());
    await server.listen();
    const wire = await Wire.connect(socketPath);
    await wire.send({ uri: '/look', data: {} });
    await eventually(() => peers.length).toBe(1);
    wire.destroy();
    await eventually(() => peers.length).toBe(2);
    expect(peers[1]).toEqual(peers[0]);
  });

  it('has a log whose lines say of which endpoint and call they are, and no more by themselves', async () => {
    const { log } = await seen(
      (context) => {
        context.log.debug(3, 'looking', { step: 1 });
        context.log.error('look_failed', 'not found');
        return null;
      },
      { ipcReqID: 'x\n1', data: { secret: true } },
    );
    expect(log.lines).toEqual([
      { code: 3, message: 'looking', data: { step: 1, handler: '/look', id: 'x\\x0a1' } },
      { code: 'look_failed', message: 'not found', data: { handler: '/look', id: 'x\\x0a1' } },
    ]);
  });
});
