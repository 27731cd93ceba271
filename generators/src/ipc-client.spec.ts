import { describe, expect, it } from 'vitest';
import { IPCClient, type SendCallback } from './ipc-client';
import { calledBack, open, openAs, rejection, serve, until } from './ipc-client.fixture';
import type { IPCClientOptions } from './ipc-client-options';

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
    const options = {
      requestTimeout: -1,
      maxPending: 0,
      autoReconnect: 1e12,
      connectTimeout: NaN,
      logStatsInterval: 'often',
      messageTransform: {},
    };
    const make = (): IPCClient => new IPCClient('', null, options as never);
    expect(make).toThrow(TypeError);
    const names = ['messageTransform', 'logStatsInterval', 'path', 'maxPending', 'requestTimeout', 'connectTimeout'];
    for (const name of [...names, 'autoReconnect']) expect(make).toThrow(new RegExp(`^${name} is `, 'm'));
    expect(make).not.toThrow(/Ms|socketPath/);
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
