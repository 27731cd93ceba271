import { tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import IPCClient from 'pixl-ipc/client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { answeringServer } from './answering-server';
import { startServer } from './processes';
import { RecordingLog } from './recording-log';

const ECHO = '/ipcserver/test/echo';
const DELAY = '/ipcserver/test/delay';
const NOT_FOUND = { code: 'no_handler_found', message: 'No handler found for /nope' };

let directory: TempDirectory;
let server: FixtureProcess;

beforeAll(async () => {
  directory = await tempDirectory();
  server = await startServer(directory);
});

afterAll(async () => {
  await server.cleanup();
  await directory.cleanup();
});

type Options = ConstructorParameters<typeof IPCClient>[2];

async function openAs<Instance extends IPCClient>(
  Class: new (path: string, log: RecordingLog, options?: Options) => Instance,
  options?: Options,
) {
  const log = new RecordingLog();
  const client = new Class(directory.file('s'), log, options);
  onTestFinished(() => client.close());
  await client.connect();
  return { client, log };
}

const open = (options?: Options) => openAs(IPCClient, options);

/** What `send` calls back. */
function calledBack(client: IPCClient, uri: string, data?: unknown): Promise<unknown[]> {
  return new Promise((resolve) => client.send(uri, data, (...args) => resolve(args)));
}

describe('the original’s client before the component', () => {
  test('connects, sends and closes with callbacks', async () => {
    const client = new IPCClient(directory.file('s'));
    const got: unknown[][] = [];
    await new Promise<void>((done) => {
      client.connect((...connected) => {
        client.send(ECHO, { ping: 'me' }, (...answered) => {
          client.close((...closed) => {
            got.push(connected, answered, closed);
            done();
          });
        });
      });
    });
    expect(got).toEqual([[], [null, { ping: 'me' }], []]);
  });

  test('connects, sends and closes with promises, and again after it was closed', async () => {
    const client = new IPCClient(directory.file('s'), null);
    for (const round of [1, 2]) {
      await client.connect();
      expect(await client.send(ECHO, { round })).toEqual({ round });
      await client.close();
    }
  });

  test('gives replies to their requests in whatever order they come, and counts what is in flight', async () => {
    const { client, log } = await open();
    const delays = [90, 60, 30, 0];
    const order: number[] = [];
    const replies = delays.map((delay) => client.send(DELAY, { delay }).then((reply) => order.push(delay) && reply));
    expect(client.requestCount).toBe(4);
    expect(await Promise.all(replies)).toEqual(delays.map((delay) => ({ delay })));
    expect(order).toEqual([0, 30, 60, 90]);
    expect([client.requestCount, log.errors]).toEqual([0, []]);
  });

  test.each([[null], [0], [false], [''], ['é😀\u2028'], [[1, [2]]], [{ ['__proto__']: 1, constructor: 2 }]])(
    'carries %j there and back',
    async (data) => {
      const { client } = await open();
      expect(await client.send(ECHO, data)).toEqual(data);
    },
  );

  test('carries no data as no data', async () => {
    const { client } = await open();
    expect(await calledBack(client, ECHO)).toEqual([null, undefined]);
    expect(await calledBack(client, '/nothing', {})).toEqual([null, undefined]);
  });

  test('says who it is, as it was told or by its directory', async () => {
    const { client } = await open();
    expect(await client.send('/who')).toBe(`Node/IPCClient${process.cwd()}`);
    const { client: named } = await open({ userAgent: 'my worker' });
    expect(await named.send('/who')).toBe('my worker');
  });

  test('emits what answers no request as data, once, whether or not anybody waits', async () => {
    await using pushing = await answeringServer(
      directory.file('push'),
      ({ ipcReqID }) => `{"event":"tick","n":1}\n{"ipcReqID":"${ipcReqID}"}\n{"ipcReqID":null,"data":2}\n`,
    );
    const client = new IPCClient(directory.file('push'));
    const seen: unknown[] = [];
    client.on('data', (message) => seen.push(message));
    await client.connect();
    await client.send('/x');
    pushing.connections[0]?.socket.write('{"event":"idle"}\n');
    await until(() => seen.length === 3, { what: 'the pushes' });
    await client.close();
    expect(seen).toEqual([{ event: 'tick', n: 1 }, { ipcReqID: null, data: 2 }, { event: 'idle' }]);
  });
});

describe('an error reply', () => {
  test.each([
    ['/codes', { code: 'bad_thing', message: 'm' }],
    ['/nope', NOT_FOUND],
    ['/fails', { code: 'internal', message: expect.not.stringContaining('secret') as unknown }],
  ])('of %s is data, as in the original', async (uri, reply) => {
    const { client, log } = await open();
    expect(await calledBack(client, uri, {})).toEqual([null, reply]);
    expect(log.errors).toEqual([]);
  });

  test('is the error with codeToErr: the whole message of the server’s own errors, the data of a handler’s', async () => {
    const { client, log } = await open({ codeToErr: true });
    await expect(client.send('/nope', {})).rejects.toMatchObject({ ...NOT_FOUND, data: NOT_FOUND });
    await expect(client.send('/codes', {})).rejects.toEqual({ code: 'bad_thing', message: 'm' });
    await expect(client.send('/fails', {})).rejects.toMatchObject({ code: 'internal' });
    expect(await client.send(ECHO, { code: 0 })).toEqual({ code: 0 });
    expect(log.errors).toEqual([]);
  });

  test('is what messageTransform makes of it, whatever codeToErr says', async () => {
    const { client } = await open({
      codeToErr: true,
      messageTransform: ({ code, data }) =>
        typeof code === 'string' ? [new Error(code), null] : [null, { wrapped: data }],
    });
    await expect(client.send('/nope', {})).rejects.toThrow('no_handler_found');
    expect(await client.send('/codes', {})).toEqual({ wrapped: { code: 'bad_thing', message: 'm' } });
    expect(await calledBack(client, '/nope', {})).toEqual([new Error('no_handler_found'), null]);
  });
});

describe('stats', () => {
  test('are a debug line of what happened since the last one, by hand and every logStatsInterval', async () => {
    const { client, log } = await open({ logStatsInterval: 10 });
    const lines = (): Record<string, number>[] =>
      log.debugs
        .filter(([, message]) => message === 'PixlIPC Stats')
        .map(([, , data]) => data as Record<string, number>);
    await client.send(ECHO, 1);
    client.logStats();
    await until(() => lines().length > 3, { what: 'lines that come by themselves' });
    const sum = (key: string): number => lines().reduce((total, line) => total + (line[key] ?? NaN), 0);
    expect(['requests', 'replies', 'errors', 'connects'].map(sum)).toEqual([1, 1, 0, 1]);
    await client.close();
    const count = lines().length;
    await client.connect();
    expect(lines().length).toBe(count);
  });
});

test('a subclass may do more at every call, and is what its own methods call', async () => {
  class Tracing extends IPCClient {
    readonly trace: string[] = [];
    override async connect(): Promise<void> {
      await super.connect();
      this.trace.push(`hello ${JSON.stringify(await this.send(ECHO, 'there'))}`);
    }
    override async send(uri: string, data?: unknown): Promise<unknown> {
      this.trace.push(uri);
      return super.send(uri, data);
    }
    override codeToErr(message: Parameters<IPCClient['codeToErr']>[0]): readonly [unknown, unknown] {
      const [err, data] = super.codeToErr(message);
      return [err && 'mine', data];
    }
  }
  const { client } = await openAs(Tracing, { codeToErr: true });
  await expect(client.send('/codes', {})).rejects.toBe('mine');
  expect(client.trace).toEqual([ECHO, 'hello "there"', '/codes']);
});
