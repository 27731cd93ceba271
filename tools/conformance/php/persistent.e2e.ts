import { tempDirectory, until, type LineSocket, type ScriptedServer, type TempDirectory } from '@pixl-ipc/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answeringServer, type SeenRequest } from '../client/answering-server';
import { Fpm } from './fpm';

let fpm: Fpm;
let directory: TempDirectory;
let server: ScriptedServer;
let round = 0;

beforeAll(async () => {
  // One worker: what one script leaves behind, the next one finds.
  fpm = await Fpm.start({ workers: 1 });
});

afterAll(() => fpm[Symbol.asyncDispose]());

beforeEach(async () => {
  directory = await tempDirectory();
  server = await answeringServer(socketPath(), answer);
});

afterEach(async () => {
  await server.close();
  await directory.cleanup();
});

function socketPath(): string {
  return directory.file('s');
}

const replyTo = ({ ipcReqID, data }: SeenRequest): string => `${JSON.stringify({ v: 2, ipcReqID, data })}\n`;

/** What the server says to a request, by its URI. */
const ANSWERS: Readonly<Record<string, (request: SeenRequest, peer: LineSocket) => string>> = {
  '/echo': replyTo,
  '/silent': () => '',
  '/half': (request) => replyTo(request).slice(0, -5),
  '/large': ({ ipcReqID }) => replyTo({ ipcReqID, uri: '', data: 'x'.repeat(12_000_000) }),
  '/stray': (request) => `${replyTo(request)}{"ipcReqID":"stray","da`,
  '/items': ({ ipcReqID }) =>
    [0, 1, 2].map((seq) => `${JSON.stringify({ v: 2, ipcReqID, seq, data: seq, continues: true })}\n`).join(''),
  '/ipcserver/cancel': () => '',
};

function answer(request: SeenRequest, peer: LineSocket): string {
  // A reply to another script's request, should it ever come to that.
  return ANSWERS[request.uri]?.(request, peer) ?? '{"ipcReqID":"rq0","data":"wrong"}\n';
}

/** Runs PHP code as a script of the worker, and returns what it prints. */
async function script(code: string): Promise<string> {
  return (await fpm.run('script.php', { path: socketPath(), code })).body;
}

/** A script that makes a call of its own and must get its own reply. */
async function expectClean(): Promise<void> {
  const data = `script ${++round}`;
  expect(await script(`echo $client->call('/echo', '${data}', timeoutMs: 2_000);`)).toBe(data);
}

const connections = (): number => server.connections.length;

test('the scripts of a worker share one connection, one after the other', async () => {
  for (let n = 0; n < 5; n++) await expectClean();
  expect(connections()).toBe(1);
});

/** `exit` in a shutdown function keeps every later one from running, and after a fatal error no destructor runs. */
const NO_CLEAN_END = 'register_shutdown_function(fn() => exit());';
const FATAL = 'ini_set("memory_limit", "8M"); str_repeat("x", 50_000_000);';

describe('a connection is not handed on, and the next script gets its own reply, where one script', () => {
  test.each<[string, string]>([
    ['gave up on a reply', "outcomeOf(fn() => $client->call('/silent', timeoutMs: 20));"],
    ['gave up in the middle of a reply', "outcomeOf(fn() => $client->call('/half', timeoutMs: 20));"],
    ['exited with a call in flight', "$client->pool()->call('/silent'); exit;"],
    ['threw with a call in flight', "$client->pool()->call('/silent'); throw new Exception('mine');"],
    ['died with a call in flight', `$client->pool()->call('/silent'); ${FATAL}`],
    [
      'died with a call in flight, and neither shutdown function nor destructor ran',
      `${NO_CLEAN_END} $client->pool()->call('/silent'); ${FATAL}`,
    ],
    ['died in the middle of a large reply', "ini_set('memory_limit', '8M'); $client->call('/large');"],
    [
      'died in the middle of a large reply, and neither shutdown function nor destructor ran',
      `${NO_CLEAN_END} ini_set('memory_limit', '8M'); $client->call('/large');`,
    ],
    ['left a stream with messages to come', "foreach ($client->stream('/items') as $item) { break; }"],
    ['died within the loop over a stream', `foreach ($client->stream('/items') as $item) { ${FATAL} }`],
    [
      'ended its own client with a call in flight',
      "$client->pool()->call('/silent'); $client->close(); unset($client);",
    ],
    [
      'exited in a destructor',
      "$last = new class { function __destruct() { exit; } }; $client->pool()->call('/silent');",
    ],
  ])('%s', async (_, code) => {
    await expectClean();
    await script(code);
    const [first] = server.connections;
    await expectClean();
    expect(connections()).toBe(2);
    await first?.closed;
    await expectClean();
    expect(connections()).toBe(2);
  });
});

test('a request that the server does not read ends the connection when its time is over, and the next script is served', async () => {
  await expectClean();
  server.connections[0]?.pause();
  const late = "outcomeOf(fn() => $client->call('/echo', str_repeat('x', 5_000_000), timeoutMs: 50))";
  expect(JSON.parse(await script(`echo json_encode(${late});`))).toEqual({
    ok: false,
    code: 'deadline_exceeded',
    sent: false,
  });
  await expectClean();
  expect(connections()).toBe(2);
});

describe('a connection that was left clean is not used again', () => {
  test('where bytes have come that nobody asked for, half a message at the last reply’s heels', async () => {
    expect(await script("echo $client->call('/stray', 'mine');")).toBe('mine');
    await expectClean();
    expect(connections()).toBe(2);
  });

  test('where bytes have come between two scripts', async () => {
    await expectClean();
    await server.connections[0]?.write('{"ipcReqID":"rq0","data":"wrong"}\n{"half');
    await expectClean();
    expect(connections()).toBe(2);
  });

  test('where the server has closed it', async () => {
    await expectClean();
    server.connections[0]?.destroy();
    await server.connections[0]?.closed;
    await expectClean();
    expect(connections()).toBe(2);
  });

  test('by a client that expects another user than the one that opened it', async () => {
    await expectClean();
    const uid = process.getuid?.() ?? 0;
    const wary = `new PixlIpc\\Client($input['path'], new PixlIpc\\ClientOptions(persistent: true, expectUid: ${uid}))`;
    expect(await script(`echo (${wary})->call('/echo', 'wary');`)).toBe('wary');
    expect(connections()).toBe(2);
  });
});

test('all clients of a script share its connection, and each call gets its own reply', async () => {
  const code = `
    $options = new PixlIpc\\ClientOptions(persistent: true);
    $clients = array_map(fn() => new PixlIpc\\Client($input['path'], $options), range(0, 9));
    $pools = array_map(fn($client) => $client->pool(), $clients);
    $calls = [];
    for ($n = 0; $n < 100; $n++) { $calls[] = $pools[$n % 10]->call('/echo', $n); }
    shuffle($clients);
    echo $clients[0]->call('/echo', 'between'), ' ';
    echo json_encode(array_map(fn($call) => $call->result(), array_reverse($calls)));`;
  const expected = Array.from({ length: 100 }, (_, n) => 99 - n);
  expect(await script(code)).toBe(`between ${JSON.stringify(expected)}`);
  expect(connections()).toBe(1);
});

test('a client of other limits has a connection of its own, not the shared stream', async () => {
  const code = `
    $other = new PixlIpc\\Client($input['path'], new PixlIpc\\ClientOptions(persistent: true, maxFrameBytes: 1_000));
    echo $client->call('/echo', 'a'), $other->call('/echo', 'b'), $client->call('/echo', 'c');`;
  expect(await script(code)).toBe('abc');
  expect(connections()).toBe(2);
});

test('messages for later leave when the browser has its response, which does not wait for them', async () => {
  await expectClean();
  const [peer] = server.connections;
  peer?.pause();
  const { length } = peer?.lines ?? [];
  const code =
    "for ($n = 0; $n < 5; $n++) { $client->later('/noted', [$n, str_repeat('x', 400_000)]); } echo 'response';";
  expect(await script(code)).toBe('response');
  expect(peer?.lines.length).toBe(length);
  peer?.resume();
  await until(() => peer?.lines.length === length + 5, { what: 'the messages to come' });
  const noted = peer?.lines.slice(length).map((line) => JSON.parse(line) as SeenRequest & { oneway: boolean });
  expect(noted?.map(({ uri, data, oneway }) => [uri, (data as unknown[])[0], oneway])).toEqual(
    Array.from({ length: 5 }, (_, n) => ['/noted', n, true]),
  );
  await expectClean();
});
