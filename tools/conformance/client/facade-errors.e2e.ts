import { tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import IPCClient from 'pixl-ipc/client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { answeringServer } from './answering-server';
import type { LogLine } from './fixtures/clients.fixture';
import { startClients, startProgram, startServer } from './processes';
import { RecordingLog } from './recording-log';

const ECHO = '/ipcserver/test/echo';
const NOBODY = 65_534;

let directory: TempDirectory;
let server: FixtureProcess;

beforeAll(async () => {
  directory = await tempDirectory();
  // Every user may come to the sockets; what keeps one out is the socket's own mode.
  chmodSync(directory.path, 0o755);
  server = await startServer(directory);
});

afterAll(async () => {
  await server.cleanup();
  await directory.cleanup();
});

type Options = ConstructorParameters<typeof IPCClient>[2];

async function open(options: Options = {}, name = 's') {
  const log = new RecordingLog();
  const client = new IPCClient(directory.file(name), log, { autoReconnect: 0, ...options });
  onTestFinished(() => client.close());
  await client.connect();
  return { client, log };
}

/** What the promise is rejected with. */
function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`resolved to ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}

const circular: unknown[] = [];
circular.push(circular);

describe('an error is the original’s string, in one line of the log with the original’s code and text:', () => {
  test('connecting where nobody is', async () => {
    const log = new RecordingLog();
    const client = new IPCClient(directory.file('none'), log);
    expect(await rejection(client.connect())).toBe('ipc_socket_err');
    expect(log.errors).toEqual([
      ['ipc_socket_err', expect.stringMatching(/^Unexpected socket error: cannot connect to /)],
    ]);
    expect(log.text).toContain('ENOENT; start the server, or correct the path');
  });

  test('sending before connect and after close', async () => {
    const log = new RecordingLog();
    const client = new IPCClient(directory.file('s'), log);
    expect(await rejection(client.send(ECHO, 1))).toBe('no_open_stream');
    await client.connect();
    await client.close();
    expect(await rejection(client.send(ECHO, 1))).toBe('no_open_stream');
    expect(log.errors).toEqual(Array(2).fill(['no_open_stream', 'No valid stream is open']));
  });

  test('a request that is not answered in time, and its late reply is no second one', async () => {
    const { client, log } = await open({ requestTimeout: 60 });
    expect(await rejection(client.send('/ipcserver/test/delay', { delay: 150 }))).toBe('request_timeout');
    await until(() => log.text.includes('Reply to rq0 came after'), { what: 'the late reply' });
    expect(log.errors).toEqual([['request_timeout', 'IPCClient request expired: /ipcserver/test/delay']]);
    expect(await client.send(ECHO, 1)).toBe(1);
  });

  test('and a reply that came in time counts, though the process was busy until the deadline was over', async () => {
    const { client, log } = await open({ requestTimeout: 60 });
    const answered = client.send(ECHO, 'in time');
    await new Promise((resolve) => setImmediate(resolve));
    const busy = performance.now() + 120;
    while (performance.now() < busy);
    expect(await answered).toBe('in time');
    expect(log.errors).toEqual([]);
  });

  test('a connection that is lost under many requests, with autoReconnect 0 for good', async () => {
    const { client, log } = await open();
    const lost = Array.from({ length: 20 }, () => rejection(client.send('/never', {})));
    await client.send(ECHO, 1);
    await server.ask('closeConnections');
    expect(new Set(await Promise.all(lost))).toEqual(new Set(['ipc_socket_err']));
    expect(log.errors).toEqual([['ipc_socket_err', expect.stringMatching(/^Unexpected socket error: c/)]]);
    expect(log.text).not.toContain('reconnect');
    expect(await rejection(client.send(ECHO, 1))).toBe('no_open_stream');
  });

  test('close() under many requests', async () => {
    const { client, log } = await open();
    const closed = Array.from({ length: 20 }, () => rejection(client.send('/never', {})));
    await client.close();
    expect(new Set(await Promise.all(closed))).toEqual(new Set(['no_open_stream']));
    expect(log.errors).toEqual([['no_open_stream', 'Client closed with 20 requests in flight']]);
  });

  test.each([
    ['message_too_large', { maxFrameBytes: 1_000 }, 'x'.repeat(1_000), 'request is 1'],
    ['invalid_argument', {}, circular, 'circular'],
    ['resource_exhausted', { maxPending: 1 }, 1, '1 calls are in flight, limit 1'],
  ])('%s, and the next request is served', async (code, options, data, text) => {
    const { client, log } = await open(options);
    const first = client.send('/ipcserver/test/delay', { delay: 20 });
    expect(await rejection(client.send(ECHO, data))).toBe(code);
    expect(log.errors).toEqual([[code, expect.stringContaining(text) as unknown]]);
    await first;
    expect(await client.send(ECHO, 'next')).toBe('next');
  });

  test('a reply that nobody asked for, and a line that nobody can read', async () => {
    const odd = await answeringServer(
      directory.file('odd'),
      ({ ipcReqID }) => `{"ipcReqID":"rq9\\u0007","data":"secret"}\n{"secret\n{"ipcReqID":"${ipcReqID}"}\n`,
    );
    onTestFinished(() => odd.close());
    const { client, log } = await open({}, 'odd');
    await client.send('/x', 'secret');
    expect(log.errors).toEqual([
      ['ipc_req_not_found', 'Could not find request ID rq9\\x07 in request list'],
      ['stream_err', expect.stringMatching(/^Got error from stream: /) as unknown],
    ]);
    expect(log.text).not.toContain('secret');
  });
});

test('a pixl-logger is a logger: codes and messages stand in its columns', async () => {
  const Logger = createRequire(__filename)('pixl-logger') as new (
    path: string,
    columns: string[],
    args: object,
  ) => { set(key: string, value: unknown): void } & RecordingLog;
  const file = directory.file('client.log');
  const logger = new Logger(file, ['category', 'code', 'msg'], { debugLevel: 9, sync: true });
  const client = new IPCClient(directory.file('s'), logger, { requestTimeout: 30 });
  await client.connect();
  await rejection(client.send('/never', {}));
  client.logStats();
  await client.close();
  const lines = readFileSync(file, 'utf8');
  expect(lines).toContain('[error][request_timeout][IPCClient request expired: /never]\n');
  expect(lines).toContain('[debug][5][PixlIPC Stats]\n');
});

describe.runIf(process.getuid?.() === 0)('a client of another user', () => {
  test('is kept out by the socket’s mode, and the message names socket_group and 0660', async () => {
    await using nobody = await startClients(directory, 1);
    await nobody.ask('become', NOBODY);
    expect(await nobody.ask('connect')).toEqual({ ipc_socket_err: 1 });
    const [line, ...more] = await nobody.ask<LogLine[]>('lines', 'ipc_socket_err');
    expect(more).toEqual([]);
    expect(line?.message).toMatch(/EACCES.*socket_group.*0660/);
  });

  test('comes in where the socket has its group and 0660', async () => {
    const name = 'group';
    const grouped = await startServer(directory, { name, config: { socket_chmod: '660', socket_group: NOBODY } });
    onTestFinished(() => grouped.cleanup());
    await using nobody = await startClients(directory, 1, { name });
    await nobody.ask('become', NOBODY);
    expect(await nobody.ask('connect')).toEqual({ ok: 1 });
    expect(await nobody.ask('echo')).toEqual({ ok: 1 });
  });
});

describe('a program ends by itself once its client is closed', () => {
  test.each([
    ['idle, with stats every 10 ms', 'idle', []],
    ['while it waits to reconnect', 'reconnecting', ['lost: ipc_socket_err']],
  ])('%s', async (_, what, said) => {
    mkdirSync(directory.file(what));
    await using ending = await answeringServer(directory.file(`${what}/s`), (__, peer) => {
      peer.destroy();
      return '';
    });
    const program = await startProgram(directory, what, { name: `${what}/s` });
    expect(await program.exited()).toMatchObject({ code: 0, signal: null });
    const lines = program.stdout.split('\n').slice(1, -2);
    expect(lines).toEqual(['connected', ...said, 'closed']);
    expect(Number(program.stdout.trimEnd().split('kept alive: ')[1])).toBeLessThan(1_000);
    expect(ending.connections).toHaveLength(1);
  });
});
