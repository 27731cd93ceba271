import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { IPCClient } from './ipc-client';
import { calledBack, Log, open, rejection, until } from './ipc-client.fixture';

describe('IPCClient, errors', () => {
  it('fails to connect with ipc_socket_err, logged once', async () => {
    const log = new Log();
    const client = new IPCClient('/tmp/nosuch_server_unittest.sock', log);
    expect(await rejection(client.connect())).toBe('ipc_socket_err');
    expect(log.errors).toEqual([['ipc_socket_err', expect.stringMatching(/^Unexpected socket error: c/)]]);
    const calledBackWith = await new Promise((resolve) => client.connect((...args) => resolve(args)));
    expect(calledBackWith).toEqual(['ipc_socket_err']);
    expect(log.codes).toEqual(['ipc_socket_err', 'ipc_socket_err']);
  });

  it('fails with no_open_stream where it never connected, after it was closed and while it reconnects', async () => {
    const { client, log } = await open({ autoReconnect: 1_000_000 });
    expect(await calledBack(new IPCClient('/tmp/none', log), '/echo')).toEqual(['no_open_stream']);
    expect(await calledBack(client, '/end')).toEqual(['ipc_socket_err']);
    expect(await calledBack(client, '/echo')).toEqual(['no_open_stream']);
    await client.close();
    expect(await rejection(client.send('/echo'))).toBe('no_open_stream');
    expect(log.codes).toEqual(['no_open_stream', 'ipc_socket_err', 'no_open_stream', 'no_open_stream']);
  });

  it('ends a request with request_timeout, logs it once, and ignores the late reply', async () => {
    const { client, log, sockets } = await open({ requestTimeout: 20 });
    expect(await calledBack(client, '/hang\n')).toEqual(['request_timeout']);
    expect(client.requestCount).toBe(0);
    sockets[0]?.write('{"ipcReqID":"rq0","data":"late"}\n');
    expect(await client.send('/echo', 1)).toBe(1);
    expect(log.errors).toEqual([['request_timeout', 'IPCClient request expired: /hang\\x0a']]);
  });

  it.each([
    ['expireRequest is no limit', { requestTimeout: 60_000, expireRequest: 10 }],
    ['0 is the default', { requestTimeout: 0 }],
  ])('lets requestTimeout alone rule: %s', async (_, options) => {
    const { client, sockets } = await open(options);
    const slow = client.send('/hang');
    const timeout = new IPCClient(client.path, null, { requestTimeout: 60, autoReconnect: 0 });
    await timeout.connect();
    expect(await rejection(timeout.send('/hang'))).toBe('request_timeout');
    await timeout.close();
    sockets[0]?.write('{"ipcReqID":"rq0","data":"slow"}\n');
    expect(await slow).toBe('slow');
  });

  it('takes a changed requestTimeout for the next request', async () => {
    const { client } = await open();
    client.requestTimeout = 20;
    expect(await rejection(client.send('/hang'))).toBe('request_timeout');
  });

  it.each(['/end', '/destroy'])('ends everything in flight with ipc_socket_err after %s, logged once', async (uri) => {
    const { client, log } = await open();
    const outcomes = await Promise.all([
      calledBack(client, '/hang'),
      calledBack(client, uri),
      rejection(client.send('/hang')),
    ]);
    expect(outcomes).toEqual([['ipc_socket_err'], ['ipc_socket_err'], 'ipc_socket_err']);
    expect(log.errors).toEqual([['ipc_socket_err', expect.stringMatching(/^Unexpected socket error: c/)]]);
  });

  it('calls a server that ends an idle connection no error', async () => {
    const { client, log, sockets } = await open();
    await client.send('/echo');
    sockets[0]?.end();
    await until(() => !client.stream);
    expect(log.errors).toEqual([]);
    expect(log.lines.join('\n')).toContain('[8] server disconnected');
  });

  it('ends everything in flight with no_open_stream when it is closed, logged once', async () => {
    const { client, log } = await open({ autoReconnect: 1 });
    const outcomes = Promise.all([calledBack(client, '/hang'), rejection(client.send('/hang'))]);
    await client.close();
    expect(await outcomes).toEqual([['no_open_stream'], 'no_open_stream']);
    expect(log.errors).toEqual([['no_open_stream', 'Client closed with 2 requests in flight']]);
  });

  const circular: unknown[] = [];
  circular.push(circular);
  it.each([
    ['message_too_large', 'x'.repeat(17_000_000), /request is 17000\d\d\d bytes, limit 16777216/],
    ['invalid_argument', circular, /circular/],
    ['invalid_argument', 1n, /BigInt/],
  ])('refuses data with %s, logged once, and goes on', async (code, data, line) => {
    const { client, log } = await open();
    expect(await calledBack(client, '/echo', data)).toEqual([code]);
    expect(log.codes).toEqual([code]);
    expect(log.errors[0]?.[1]).toMatch(line);
    expect([await client.send('/echo', 1), client.requestCount]).toEqual([1, 0]);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [{ a: 1 }, '{ a: 1 }'],
    [Object.create(null), '[Object: null prototype] {}'],
    [Symbol('s'), 'Symbol(s)'],
    ['/x'.split(''), "[ '/', 'x' ]"],
  ])('refuses a uri that is no text, and names it: %o', async (uri, shown) => {
    const { client, log } = await open();
    expect(await calledBack(client, uri as unknown as string)).toEqual(['invalid_argument']);
    expect(log.errors).toEqual([
      ['invalid_argument', `IPCClient request failed: uri is ${shown}; give the uri of an endpoint`],
    ]);
    expect(client.requestCount).toBe(0);
  });

  it.each([
    ['a reply that nobody asked for', '{"ipcReqID":"constructor","data":1}\n', 'ipc_req_not_found'],
    ['a line that is not JSON', 'nonsense\n', 'stream_err'],
    ['an error of the server without an id', '{"ipcReqID":null,"code":"parse_error","message":"m"}\n', 'stream_err'],
  ])('logs %s once', async (_, text, code) => {
    const { client, log } = await open();
    const pushes: unknown[] = [];
    client.on('data', (message) => pushes.push(message));
    expect(await client.send('/raw', `${text}{"ipcReqID":"rq0","data":1}\n`)).toBe(1);
    expect(log.codes).toEqual([code]);
    expect(pushes).toEqual([]);
  });

  it('does not let a server fill its log: ten lines a second, and how many were left out', async () => {
    const { client, log } = await open();
    const remarks = `${'garbage\n'.repeat(100)}${'{"ipcReqID":"x"}\n'.repeat(100)}{"data":"the last"}\n`;
    const ended = client.send('/raw', remarks).catch(() => undefined);
    await once(client, 'data');
    await client.close();
    await ended;
    expect(log.errors.slice(10)).toEqual([
      ['stream_err', '190 more faults of the server were not logged'],
      ['no_open_stream', 'Client closed with 1 requests in flight'],
    ]);
  });

  it('does not log payloads', async () => {
    const { client, log } = await open({ requestTimeout: 20 });
    const text = '{"ipcReqID":"no","data":"secret"}\n{"event":"secret"}\n"secret"\n';
    await client.send('/raw', `${text}{"ipcReqID":"rq0","data":1}\n`);
    await rejection(client.send('/hang', 'secret'));
    expect(JSON.stringify([log.errors, log.lines])).not.toContain('secret');
  });
});

describe('IPCClient, reconnecting', () => {
  it.each(['/end', '/destroy'])('comes back by itself after %s', async (uri) => {
    const { client, log, sockets } = await open({ autoReconnect: 1 });
    await rejection(client.send(uri));
    await until(() => sockets.length === 2 && client.stream !== null);
    expect(await client.send('/echo', 1)).toBe(1);
    expect(log.lines.filter((line) => line.includes('Auto reconnect in'))).toHaveLength(1);
  });

  it('stays away with autoReconnect 0', async () => {
    const { client, log } = await open({ autoReconnect: 0 });
    await rejection(client.send('/end'));
    expect(log.lines.join('\n')).not.toContain('reconnect');
  });

  it('connects at once when it is told to, in the middle of a wait', async () => {
    const { client } = await open({ autoReconnect: 1_000_000 });
    await rejection(client.send('/end'));
    await client.connect();
    expect(await client.send('/echo', 1)).toBe(1);
  });
});
