import { describe, expect, it } from 'vitest';
import { ManualClock } from './testing/manual-clock';
import { failureOf, openClient } from './testing/open-client';
import { ScriptedServer, silent } from './testing/scripted-server';

const newIdPrefix = (): string => 'p';
const MIB = 1024 * 1024;

describe('IpcClient, limits', () => {
  it.each([1, 5, 15])('carries %d MB both ways', async (megabytes) => {
    const { socketPath } = await ScriptedServer.start();
    const { client } = await openClient({ socketPath });
    const data = { text: 'x'.repeat(megabytes * 1_000_000), accents: 'é'.repeat(1_000) };
    expect(await client.call('/x', data)).toEqual(data);
  });

  it('refuses 17 MB before sending, and the other calls go on', async () => {
    const server = await ScriptedServer.start();
    const { socketPath } = server;
    const { client } = await openClient({ socketPath });
    const before = client.call('/x', 1);
    const failure = await failureOf(client.call('/x', 'x'.repeat(17_000_000)));
    expect(failure).toMatchObject({ code: 'message_too_large', origin: 'local', sent: false, expose: false });
    expect(String(failure)).toMatch(
      /request is 17000\d\d\d bytes, limit 16777216; raise maxFrameBytes here and max_frame_bytes/,
    );
    expect(await Promise.all([before, client.call('/x', 2)])).toEqual([1, 2]);
    expect((await server.peer()).requests).toHaveLength(2);
  });

  it.each([
    ['a request at the limit', 0, undefined],
    ['a request a byte over it', 1, 'message_too_large'],
  ])('counts bytes, not characters: %s', async (_, over, code) => {
    const { socketPath } = await ScriptedServer.start();
    const frameBytes = Buffer.byteLength(
      JSON.stringify({
        v: 2,
        ipcReqID: 'p.0',
        uri: '/x',
        data: 'éé',
        timeout: 10_000,
        pid: process.pid,
        userAgent: 'u',
      }),
    );
    const { client } = await openClient({
      socketPath,
      userAgent: 'u',
      maxFrameBytes: frameBytes,
      newIdPrefix,
    });
    const outcome = await client.call('/x', `éé${'x'.repeat(over)}`).catch((error: unknown) => error);
    if (code) expect(outcome).toMatchObject({ code });
    else expect(outcome).toBe('éé');
  });

  it.each([
    ['over the limit', () => 'x'.repeat(17 * MIB), 'message_too_large', /frame is over 16777216 bytes/],
    [
      'nested too deep',
      () => JSON.parse('['.repeat(512) + ']'.repeat(512)) as unknown,
      'parse_error',
      /nested deeper than 512/,
    ],
  ])('ends the call whose reply is %s, and the others go on', async (_, data, code, message) => {
    const { socketPath } = await ScriptedServer.start((request, peer) =>
      peer.reply(request, request.uri === '/bad' ? data() : request.data),
    );
    const { client, kinds } = await openClient({ socketPath });
    const [first, failure, last] = await Promise.all([
      client.call('/x', 1),
      failureOf(client.call('/bad', {})),
      client.call('/x', 2),
    ]);
    expect(failure).toMatchObject({ code, origin: 'local', sent: true });
    expect(String(failure)).toMatch(message);
    expect([first, last]).toEqual([1, 2]);
    expect(kinds()).toEqual(['opened']);
  });

  it('takes a reply of 15 MB nested as deep as allowed', async () => {
    const nested = JSON.parse('['.repeat(510) + ']'.repeat(510)) as unknown;
    const data = { nested, text: 'x'.repeat(15_000_000) };
    const { socketPath } = await ScriptedServer.start((request, peer) => peer.reply(request, data));
    const { client } = await openClient({ socketPath });
    expect(JSON.stringify(await client.call('/x', {}))).toBe(JSON.stringify(data));
  });

  it.each([
    ['not JSON', Buffer.from('{"v":2,"ipcReqID":"p.0","data":nope}\n')],
    ['not UTF-8', Buffer.from('{"v":2,"ipcReqID":"p.0","data":"\xff"}\n', 'latin1')],
  ])('ends the call whose reply is %s', async (_, bytes) => {
    const { socketPath } = await ScriptedServer.start((_request, peer) => void peer.socket.write(bytes));
    const { client } = await openClient({ socketPath, newIdPrefix });
    expect(await failureOf(client.call('/x', {}))).toMatchObject({ code: 'parse_error', origin: 'local', sent: true });
  });

  it('tells of a line that shows no call, and goes on', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) => {
      peer.write('not json\n[1,2]\n');
      peer.reply(request, 1);
    });
    const { client, notices } = await openClient({ socketPath });
    expect(await client.call('/x', {})).toBe(1);
    const errors = notices.flatMap((notice) => (notice.kind === 'unreadable' ? [notice.error.code] : []));
    expect(errors).toEqual(['parse_error', 'parse_error']);
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const throwing = {
    toJSON: (): never => {
      throw new Error('no JSON today');
    },
  };
  it.each([
    ['circular data', circular, /circular/],
    ['a BigInt', { n: 1n }, /BigInt/],
    ['a toJSON that throws', throwing, /no JSON today/],
    ['a function', (): number => 1, /JSON has no form for a function/],
    ['a toJSON that gives nothing', { toJSON: () => undefined }, /no form for an object whose toJSON gives none/],
  ])('rejects %s alone and leaves no timer', async (_, data, message) => {
    const clock = new ManualClock();
    const server = await ScriptedServer.start(silent);
    const { socketPath } = server;
    const { client } = await openClient({ socketPath, clock });
    const failure = await failureOf(client.call('/x', data));
    expect(failure).toMatchObject({ code: 'invalid_argument', origin: 'local', sent: false });
    expect(String(failure)).toMatch(message);
    expect([client.pendingCalls, clock.timers]).toEqual([0, 0]);
    expect((await server.peer()).requests).toEqual([]);
  });

  it('refuses a call while a server that does not read holds up too much', async () => {
    const server = await ScriptedServer.start(silent);
    const { socketPath } = server;
    const { client } = await openClient({ socketPath, maxBufferedBytes: MIB });
    const peer = await server.peer();
    peer.socket.pause();
    const held = failureOf(client.call('/x', 'x'.repeat(4 * MIB)));
    const failure = await failureOf(client.call('/x', {}));
    expect(failure).toMatchObject({ code: 'resource_exhausted', sent: false });
    expect(String(failure)).toMatch(/wait for the server to read, limit 1048576; wait or raise maxBufferedBytes/);
    peer.socket.destroy();
    expect(await held).toMatchObject({ code: 'unavailable', sent: true });
  });
});
