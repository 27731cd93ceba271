import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startDaemon } from '../fixtures/start-daemon';

describe('a daemon', () => {
  it('survives whatever handlers do: one error for the caller, one line for the log', async () => {
    const daemon = await startDaemon({ request_timeout: 100 });
    const uris = ['/throws', '/rejects', '/throws-later/timeout', '/twice', '/circular', '/never'];
    const replies = await daemon.ask(...uris.map((uri) => ({ ipcReqID: uri, uri })));
    expect(Object.fromEntries(replies.map(({ ipcReqID, code }) => [ipcReqID as string, code]))).toEqual({
      '/throws': 'internal',
      '/rejects': 'internal',
      '/throws-later/timeout': 'internal',
      '/twice': undefined,
      '/circular': 'internal',
      '/never': 'deadline_exceeded',
    });
    expect(replies).toHaveLength(uris.length);
    expect(daemon.errorCodes().sort()).toEqual([
      'handler_error',
      'handler_error',
      'handler_error',
      'handler_timeout',
      'replied_twice',
      'reply_not_serializable',
    ]);
    expect(await daemon.ask({ uri: '/value', data: 'alive' })).toMatchObject([{ data: { got: 'alive' } }]);
  });

  it('survives what handlers throw after they have returned, and so do the other requests', async () => {
    const daemon = await startDaemon({ request_timeout: 2_000 });
    const other = await daemon.send({ ipcReqID: 1, uri: '/ipcserver/test/delay', data: { delay: 300 } });
    const ways = ['timeout', 'immediate', 'tick', 'microtask', 'file', 'event', 'floating', 'floating-later'];
    for (const way of ways) {
      expect(await daemon.ask({ ipcReqID: way, uri: `/throws-later/${way}` })).toMatchObject([
        { ipcReqID: way, code: 'internal' },
      ]);
    }
    expect(await other()).toEqual([{ ipcReqID: 1, data: { delay: 300 } }]);
    expect(daemon.errorCodes()).toEqual(ways.map(() => 'handler_error'));
  });

  it.each([true, false])(
    'ends of an error that is no handler’s, as without us (contain_errors %s)',
    async (contain_errors) => {
      const daemon = await startDaemon({ contain_errors });
      await daemon.ask({ uri: '/value' });
      await daemon.perform('crash');
      expect(await daemon.exited).not.toBe(0);
    },
  );

  it('shows rejections of handlers to nobody else, not even to who begins to listen after the start', async () => {
    const daemon = await startDaemon({ request_timeout: 2_000 });
    await daemon.perform('hear-rejections');
    expect(await daemon.ask({ uri: '/throws-later/floating' })).toMatchObject([{ code: 'internal' }]);
    expect(await daemon.perform('heard-rejections')).toEqual([]);
  });

  it('lives on, and drains, when its log cannot be written to', async () => {
    const daemon = await startDaemon();
    await daemon.perform('break-log');
    expect(await daemon.ask({ uri: '/throws' }, 'garbage', { uri: '/value' })).toHaveLength(3);
    expect(await daemon.perform('errors')).toMatchObject({ log_failed: expect.any(Number) as number });
  });

  it('ends of what a handler throws later where contain_errors is false', async () => {
    const daemon = await startDaemon({ contain_errors: false });
    await daemon.ask({ uri: '/throws-later/timeout' });
    expect(await daemon.exited).not.toBe(0);
  });

  it('logs with the original’s codes, payloads never, control characters escaped', async () => {
    const daemon = await startDaemon();
    const uri = '/secret-uri\u001b[2J\n[IPCServer][error][forged][line]';
    await daemon.ask(
      { uri, data: 'payload' },
      { data: 'payload' },
      '{"data":"payload"',
      { uri: { payload: 1 } },
      { uri: '/throws', data: 'payload' },
      { uri: '/circular', data: 'payload' },
    );
    expect(daemon.errorCodes()).toEqual([
      'no_handler_found',
      'no_uri',
      'stream_err',
      'stream_err',
      'handler_error',
      'reply_not_serializable',
    ]);
    const lines = daemon.log().filter(({ category }) => category === 'error');
    expect(lines[0]?.message).toContain('No handler found for /secret-uri\\x1b[2J\\x0a[IPCServer');
    expect(JSON.stringify(lines)).not.toContain('payload');
  });

  it('logs a client that is closed for its misbehaviour as client_socket_err', async () => {
    const daemon = await startDaemon({ frame_timeout: 50 });
    const socket = connect(daemon.path);
    socket.write('{"half');
    socket.resume();
    await once(socket, 'close');
    expect(daemon.errorCodes()).toEqual(['client_socket_err']);
  });

  it('closes every connection when told to', async () => {
    const daemon = await startDaemon();
    const socket = connect(daemon.path);
    await once(socket, 'connect');
    socket.write(`${JSON.stringify({ uri: '/value' })}\n`);
    await once(socket, 'data');
    socket.resume();
    const closed = once(socket, 'close');
    await daemon.perform('close-connections');
    await closed;
    expect(await daemon.perform('stats')).toMatchObject({ connections: 0 });
    expect(await daemon.ask({ uri: '/value', data: 1 })).toHaveLength(1);
  });
});
