import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IPCClient, type SendCallback } from './ipc-client';
import type { IPCClientOptions, IPCLogger } from './ipc-client-options';

interface Request {
  readonly ipcReqID: string;
  readonly uri: string;
  readonly data: unknown;
}

/** Echoes; `/hang` is not answered, `/end`, `/destroy` end the connection, `/raw` writes its data as it is. */
function answer({ ipcReqID, uri, data }: Request, socket: Socket): void {
  if (uri === '/echo') socket.write(`${JSON.stringify({ ipcReqID, data })}\n`);
  if (uri === '/raw') socket.write(String(data));
  if (uri === '/end') socket.end();
  if (uri === '/destroy') socket.destroy();
  const message = `No handler found for ${uri}`;
  if (uri === '/nope') socket.write(`${JSON.stringify({ ipcReqID, data: { code: 'no_handler_found', message } })}\n`);
}

interface TestServer {
  readonly path: string;
  readonly requests: Request[];
  readonly sockets: Socket[];
}

async function serve(): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-'));
  const served: TestServer = { path: join(directory, 's'), requests: [], sockets: [] };
  const server = createServer((socket) => {
    served.sockets.push(socket);
    socket.on('error', () => undefined);
    createInterface(socket).on('line', (line) => {
      const request = JSON.parse(line) as Request;
      served.requests.push(request);
      answer(request, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(served.path, resolve));
  onTestFinished(async () => {
    for (const socket of served.sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  });
  return served;
}

class Log implements IPCLogger {
  readonly errors: [code: string, message: string][] = [];
  readonly lines: string[] = [];

  error(code: string, message: string): void {
    this.errors.push([code, message]);
  }

  debug(level: number, message: string, data?: unknown): void {
    this.lines.push(`[${level}] ${message} ${JSON.stringify(data)}`);
  }

  get codes(): string[] {
    return this.errors.map(([code]) => code);
  }
}

type ClientClass<Instance extends IPCClient> = new (
  path: string,
  log: IPCLogger,
  options: IPCClientOptions,
) => Instance;

/** A connected client of a new server. */
async function open(options: IPCClientOptions = {}) {
  return openAs(IPCClient, options);
}

async function openAs<Instance extends IPCClient>(Class: ClientClass<Instance>, options: IPCClientOptions = {}) {
  const server = await serve();
  const log = new Log();
  const client = new Class(server.path, log, { autoReconnect: 0, ...options });
  onTestFinished(() => client.close());
  await client.connect();
  return { ...server, log, client };
}

/** What `send` calls back. */
async function calledBack(client: IPCClient, uri: string, data?: unknown): Promise<unknown[]> {
  return new Promise((resolve) => client.send(uri, data, (...args) => resolve(args)));
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('should have been rejected'),
    (error: unknown) => error,
  );
}

/** Waits until `happened` is true, turn by turn of the event loop. */
async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setImmediate(resolve));
}

describe('IPCClient, the ways of the original', () => {
  it('works with callbacks', async () => {
    const { path } = await serve();
    const client = new IPCClient(path);
    const seen = await new Promise<unknown[]>((resolve) => {
      client.connect((connectError) => {
        client.send('/echo', { ping: 'me' }, (err, data) => {
          client.close((closeError) => resolve([connectError, err, data, closeError]));
        });
      });
    });
    expect(seen).toEqual([undefined, null, { ping: 'me' }, undefined]);
  });

  it('works with promises', async () => {
    const { path } = await serve();
    const client = new IPCClient(path);
    await client.connect();
    expect(await client.send('/echo', { ping: 'me' })).toEqual({ ping: 'me' });
    await client.close();
  });

  it('numbers its requests rq0, rq1, … and says who it is', async () => {
    const { client, requests } = await open();
    await Promise.all([client.send('/echo', 1), client.send('/echo')]);
    const claim = { pid: process.pid, userAgent: `Node/IPCClient${process.cwd()}` };
    expect(requests).toEqual([
      { ipcReqID: 'rq0', uri: '/echo', data: 1, ...claim },
      { ipcReqID: 'rq1', uri: '/echo', ...claim },
    ]);
  });

  it('counts the requests in flight', async () => {
    const { client } = await open();
    const calls = [client.send('/echo', 1), client.send('/echo', 2)];
    expect(client.requestCount).toBe(2);
    await Promise.all(calls);
    expect(client.requestCount).toBe(0);
  });

  it('shows by its stream whether it is connected', async () => {
    const { client } = await open();
    expect(client.stream).toBeTruthy();
    await client.close();
    expect(client.stream).toBeNull();
  });

  it('calls back at once where it is connected already', async () => {
    const { client, sockets } = await open();
    await client.connect();
    await new Promise<void>((resolve) => client.connect(() => resolve()));
    await client.send('/echo', 1);
    expect(sockets).toHaveLength(1);
  });

  it.each([
    ['data of an unknown uri', '/nope', undefined, { code: 'no_handler_found', message: 'No handler found for /nope' }],
    [
      'nothing of a reply with an error at its top only',
      '/raw',
      '{"ipcReqID":"rq0","code":"c","message":"m"}\n',
      undefined,
    ],
  ])('resolves to the %s', async (_, uri, data, expected) => {
    const { client, log } = await open();
    expect(await client.send(uri, data)).toEqual(expected);
    expect(log.errors).toEqual([]);
  });

  it('emits messages without an id', async () => {
    const { client, log } = await open();
    const seen: unknown[] = [];
    client.on('data', (message) => seen.push(message));
    const pushes = '{"event":"tick"}\n{"ipcReqID":null,"data":1}\n{"code":"mine","message":"an event"}\n';
    await client.send('/raw', `${pushes}{"ipcReqID":"rq0","data":1}\n`);
    expect(seen).toEqual([{ event: 'tick' }, { ipcReqID: null, data: 1 }, { code: 'mine', message: 'an event' }]);
    expect(log.errors).toEqual([]);
  });

  it('takes options that have no use any more', async () => {
    const { client } = await open({ expireRequest: 1, expirationFrequency: 100 });
    expect(await client.send('/echo', 1)).toBe(1);
  });

  it('names every malformed option', () => {
    const make = (): IPCClient => new IPCClient('', null, { requestTimeout: -1, maxPending: 0 });
    expect(make).toThrow(/socketPath is ""[^]*maxPending is 0[^]*requestTimeoutMs is -1/);
  });
});

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

  it('refuses a uri that is no text', async () => {
    const { client, log } = await open();
    expect(await calledBack(client, undefined as unknown as string)).toEqual(['invalid_argument']);
    expect(log.codes).toEqual(['invalid_argument']);
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

describe('IPCClient, transforms', () => {
  it.each([
    ['at the top', '{"ipcReqID":"rq0","code":"c","message":"m"}', { ipcReqID: 'rq0', code: 'c', message: 'm' }],
    ['in the data', '{"ipcReqID":"rq0","data":{"code":"c","x":1}}', { code: 'c', x: 1 }],
    ['that is a number', '{"ipcReqID":"rq0","data":{"code":7}}', { code: 7 }],
  ])('with codeToErr makes a code %s an error', async (_, text, error) => {
    const { client, log } = await open({ codeToErr: true });
    expect(await rejection(client.send('/raw', `${text}\n`))).toEqual(error);
    expect(log.errors).toEqual([]);
  });

  it.each([{ code: 0, x: 1 }, { code: '' }, null, 'text', 5])('with codeToErr takes %j for data', async (data) => {
    const { client } = await open({ codeToErr: true });
    expect(await client.send('/echo', data)).toEqual(data);
  });

  it('gives the callback error and data', async () => {
    const { client } = await open({ codeToErr: true });
    const error = { code: 'no_handler_found', message: 'No handler found for /nope' };
    expect(await calledBack(client, '/nope')).toEqual([error, error]);
  });

  it('asks messageTransform rather than codeToErr', async () => {
    const messageTransform: IPCClientOptions['messageTransform'] = ({ data }) => {
      const { text } = data as { text: string };
      return text === 'err' ? [{ code: 1 }, null] : [null, text + text];
    };
    const { client } = await open({ codeToErr: true, messageTransform });
    expect(await client.send('/echo', { text: 'foo', code: 'c' })).toBe('foofoo');
    expect(await calledBack(client, '/echo', { text: 'err' })).toEqual([{ code: 1 }, null]);
  });

  it('passes on what a transform throws, logged once', async () => {
    const oops = new Error('oops');
    const messageTransform = (): never => {
      throw oops;
    };
    const { client, log } = await open({ messageTransform });
    expect(await rejection(client.send('/echo', 1))).toBe(oops);
    expect(log.codes).toEqual(['stream_err']);
  });
});

describe('IPCClient, stats', () => {
  it('logs what happened since the last time', async () => {
    const { client, log } = await open();
    await client.send('/echo', 1);
    client.logStats();
    client.logStats();
    const lines = log.lines.filter((line) => line.includes('PixlIPC Stats'));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^\[5\] PixlIPC Stats \{"requests":1,"replies":1,"errors":0,"connects":1,"pending":0,"duration":\d+\}$/,
    );
    expect(lines[1]).toMatch(/"requests":0,"replies":0,"errors":0,"connects":0,/);
  });

  it('logs them every logStatsInterval until it is closed', async () => {
    const { client, log } = await open({ logStatsInterval: 1 });
    const count = (): number => log.lines.filter((line) => line.includes('PixlIPC Stats')).length;
    await until(() => count() >= 3);
    await client.close();
    const counted = count();
    await client.connect();
    await until(() => count() > counted);
  });
});

describe('IPCClient, subclasses', () => {
  it('may override send with a callback and call back', async () => {
    class Counting extends IPCClient {
      sent = 0;
      override send(uri: string, data?: unknown, callback?: SendCallback | null): Promise<never> {
        this.sent++;
        void super.send(uri, data, callback);
        return undefined as never;
      }
    }
    const { client } = await openAs(Counting, { codeToErr: true });
    expect(await calledBack(client, '/echo', 1)).toEqual([null, 1]);
    expect(client.sent).toBe(1);
  });

  it('may override connect, send and close with async methods', async () => {
    const order: string[] = [];
    class Greeting extends IPCClient {
      override async connect(): Promise<void> {
        await super.connect();
        order.push(String(await this.send('/echo', 'hello')));
      }
      override async send(uri: string, data?: unknown): Promise<unknown> {
        order.push('send');
        return super.send(uri, data);
      }
      override async close(): Promise<void> {
        await super.close();
        order.push('closed');
      }
    }
    const { client } = await openAs(Greeting);
    await client.send('/echo', 1);
    await client.close();
    expect(order).toEqual(['send', 'hello', 'send', 'closed']);
  });

  it('may override what is logged and what an error is', async () => {
    const errors: unknown[] = [];
    class Mine extends IPCClient {
      override logError(code: string): void {
        errors.push(code);
      }
      override codeToErr(): [unknown, unknown] {
        return ['mine', undefined];
      }
    }
    const { client, log } = await openAs(Mine, { codeToErr: true, requestTimeout: 20 });
    expect(await rejection(client.send('/echo', 1))).toBe('mine');
    expect(await rejection(client.send('/hang', 1))).toBe('request_timeout');
    expect([errors, log.errors]).toEqual([['request_timeout'], []]);
  });

  it('may keep fields with any name', async () => {
    class Fields extends IPCClient {
      client = 1;
      calls = 2;
      connection = 3;
      stats = 4;
    }
    const { client } = await openAs(Fields);
    expect(await client.send('/echo', 1)).toBe(1);
  });
});
