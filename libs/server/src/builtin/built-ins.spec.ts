import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, openServer } from '../../fixtures/open-server';
import { scrape } from '../../fixtures/scrape';
import type { WireReply } from '../../fixtures/wire';
import { createRouter, type ServerOptions } from '../index';
import { DEFAULT_SERVER_LIMITS } from '../options';

const BUILT_INS = ['ping', 'health', 'info', 'stats', 'metrics'];
const GUARDED = ['describe', 'metrics', 'stats'] as const;
const OWN_UID = process.getuid?.() ?? -1;

/** What a server of these options answers to one built-in. */
async function answer(name: string, options: Partial<ServerOptions> = {}, version = 2): Promise<WireReply> {
  const { connect } = await openServer({}, options);
  const wire = await connect();
  await wire.send({ ...(version === 2 && { v: 2 }), ipcReqID: 'a', uri: `/ipcserver/${name}` });
  return wire.next();
}

describe('built-in endpoints', () => {
  it.each(BUILT_INS)('serve %s to callers of both versions', async (name) => {
    for (const version of [1, 2]) {
      const reply = await answer(name, {}, version);
      expect(reply).toMatchObject({ ipcReqID: 'a', data: expect.anything() as unknown });
      expect([reply.v, reply.code]).toEqual([version === 2 ? 2 : undefined, undefined]);
    }
  });

  it('answer ping with the time', async () => {
    const before = Date.now();
    const { data } = await answer('ping');
    expect(data).toEqual({ pong: true, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown });
    expect(Date.parse((data as { time: string }).time)).toBeGreaterThanOrEqual(before);
  });

  it('answer info with what a caller can meet', async () => {
    const { data } = await answer('info', { maxFrameBytes: 5_000 });
    expect(data).toMatchObject({
      name: null,
      version: null,
      protocol: [1, 2],
      limits: {
        max_frame_bytes: 5_000,
        max_response_bytes: DEFAULT_SERVER_LIMITS.maxResponseBytes,
        max_json_depth: 512,
        request_timeout: 60_000,
      },
      contract: null,
      uptimeMs: expect.any(Number) as unknown,
    });
  });

  it('answer health as long as requests are served, and say when the server is on its way out', async () => {
    const { server, connect } = await openServer();
    const wire = await connect();
    const health = async (): Promise<unknown> => {
      await wire.send({ uri: '/ipcserver/health' });
      return (await wire.next()).data;
    };
    expect(await health()).toEqual({ live: true, ready: true, draining: false });
    await wire.send({ uri: DELAY, data: { delay: 30 } });
    const drained = server.drain();
    expect(await health()).toEqual({ live: true, ready: false, draining: true });
    await drained;
  });

  it('answer stats with everything that was counted', async () => {
    const { connect } = await openServer({ '/own': (call) => call.reply({ a: 1 }) });
    const wire = await connect();
    await wire.send({ uri: '/own', userAgent: 'x' }, { uri: '/nope' });
    await wire.take(2);
    await wire.send({ uri: '/ipcserver/stats' });
    const latencyMs = { p50: 0, p95: 0, p99: 0, mean: 0, max: 0 };
    for (const key of Object.keys(latencyMs)) Object.assign(latencyMs, { [key]: expect.any(Number) as unknown });
    expect((await wire.next()).data).toEqual({
      since: expect.stringMatching(/Z$/) as unknown,
      connections: 1,
      load: { inFlight: 1, waiting: 0, bufferedBytes: expect.any(Number) as unknown },
      totals: expect.objectContaining({ requests: 3, clientOpen: 1 }) as unknown,
      errors: { no_handler_found: 1 },
      endpoints: {
        '/own': {
          handler: 'own',
          calls: 1,
          inFlight: 0,
          succeeded: 1,
          errors: {},
          receivedBytes: 30,
          sentBytes: 32,
          version1Calls: 1,
          outdatedCalls: 0,
          latencyMs,
        },
        '(none)': expect.objectContaining({ calls: 1, succeeded: 0, errors: { no_handler_found: 1 } }) as unknown,
        '/ipcserver/stats': expect.objectContaining({ calls: 1, inFlight: 1, succeeded: 0, errors: {} }) as unknown,
      },
      callers: [
        { userAgent: 'none', calls: 2, version1Calls: 2, outdatedCalls: 0 },
        { userAgent: 'x', calls: 1, version1Calls: 1, outdatedCalls: 0 },
      ],
    });
  });

  it('answer metrics with what Prometheus reads, whatever the patterns are', async () => {
    const { server, connect } = await openServer();
    server.router.addPattern(/^\/a"\\b\n/, 'odd', (call) => call.reply(1));
    const wire = await connect();
    await wire.send({ uri: '/a"\\b\n', userAgent: 'secret agent' }, { uri: '/nope/secret' }, { uri: ECHO });
    await wire.take(3);
    await wire.send({ uri: '/ipcserver/metrics' });
    const text = (await wire.next()).data as string;
    expect(text).not.toContain('secret');
    const { families, samples } = scrape(text);
    for (const { name, type, help } of families) {
      expect(help, name).toMatch(/^[A-Z].*\.$/);
      expect(type === 'COUNTER', name).toBe(name.endsWith('_total'));
    }
    const series = (name: string): unknown[] =>
      samples.filter((sample) => sample.name === name).map(({ labels, value }) => [value, labels]);
    expect(series('pixl_ipc_server_calls_total')).toEqual([
      [1, { endpoint: String.raw`/^\/a"\\b\n/`, code: 'ok' }],
      [0, { endpoint: '(none)', code: 'ok' }],
      [1, { endpoint: '(none)', code: 'no_handler_found' }],
      [1, { endpoint: ECHO, code: 'ok' }],
      [0, { endpoint: '/ipcserver/metrics', code: 'ok' }],
    ]);
    expect(series('pixl_ipc_server_requests_total')).toEqual([[4, {}]]);
    expect(series('process_resident_memory_bytes')).toEqual([[expect.any(Number), {}]]);
    expect(new Set(samples.map(({ name, labels }) => JSON.stringify([name, labels]))).size).toBe(samples.length);
    expect(samples.filter(({ value }) => !(value >= 0))).toEqual([]);
  });

  it('answer metrics with a histogram of how long the calls of each endpoint took', async () => {
    const { connect } = await openServer();
    const wire = await connect();
    await wire.send({ uri: ECHO }, { uri: ECHO }, { uri: DELAY, data: { delay: 42 } });
    await wire.take(3);
    await wire.send({ uri: '/ipcserver/metrics' });
    const { samples } = scrape((await wire.next()).data as string);
    for (const [endpoint, calls, atLeast] of [
      [ECHO, 2, 0],
      // A timer of Node's may fire up to a millisecond early.
      [DELAY, 1, 0.04],
    ] as const) {
      const own = samples.filter(({ name, labels }) => name.includes('_duration_') && labels.endpoint === endpoint);
      const buckets = own.filter(({ name }) => name === 'pixl_ipc_server_call_duration_seconds_bucket');
      const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('+Inf', 'Infinity')));
      expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
      expect(buckets.map(({ value }) => value)).toEqual(buckets.map(({ value }) => value).sort((a, b) => a - b));
      expect(buckets.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: calls });
      expect(own.find(({ name }) => name.endsWith('_count'))?.value).toBe(calls);
      const sum = own.find(({ name }) => name.endsWith('_sum'))?.value ?? 0;
      expect(sum).toBeGreaterThanOrEqual(atLeast);
      const within = buckets.filter((_, index) => (bounds[index] ?? 0) < atLeast);
      expect(within.every(({ value }) => value === 0)).toBe(true);
    }
  });

  it('cannot be taken over, whenever a handler is registered', async () => {
    const router = createRouter();
    router.addPattern(/./, 'everything', (call) => call.reply('mine'));
    router.addExact('/ipcserver/ping', 'mine', (call) => call.reply('mine'));
    const { server, connect } = await openServer({}, {}, { router });
    server.router.addExact('/ipcserver/health', 'mine', (call) => call.reply('mine'));
    const wire = await connect();
    await wire.send({ uri: '/ipcserver/ping' }, { uri: '/ipcserver/health' }, { uri: '/ipcserver/other' });
    expect((await wire.take(3)).map(({ data }) => data)).toEqual([
      expect.objectContaining({ pong: true }),
      expect.objectContaining({ live: true }),
      'mine',
    ]);
  });

  it('count as handlers where the original had them, echo and delay, and nowhere else', async () => {
    const { server } = await openServer({ '/a': () => undefined, '/b': () => undefined });
    expect(server.router.size).toBe(4);
  });
});

describe.each(GUARDED)('the built-in endpoint %s', (name) => {
  it('is not there where it is switched off', async () => {
    expect(await answer(name, { builtins: { [name]: false } })).toMatchObject({
      code: 'no_handler_found',
      message: `No handler found for /ipcserver/${name}`,
    });
  });

  it('refuses users that are not named, by what the kernel says of them', async () => {
    expect(await answer(name, { builtins: { [name]: { allowUids: [OWN_UID + 1] } } })).toMatchObject({
      code: 'permission_denied',
      message: `/ipcserver/${name} is not for uid ${OWN_UID}; name it in the allow_uids of builtins`,
    });
  });

  it('serves users that are named as it serves everyone by default', async () => {
    const allowed = await answer(name, { builtins: { [name]: { allowUids: [OWN_UID + 1, OWN_UID] } } });
    const open = await answer(name);
    expect([allowed.code, typeof allowed.data]).toEqual([open.code, typeof open.data]);
  });

  it('changes whom it serves when the server is reconfigured', async () => {
    const { server, path, connect } = await openServer();
    const wire = await connect();
    const ask = async (): Promise<string | undefined> => {
      await wire.send({ uri: `/ipcserver/${name}` });
      return (await wire.next()).code;
    };
    server.reconfigure({ socketPath: path, builtins: { [name]: { allowUids: [] } } });
    expect(await ask()).toBe('permission_denied');
    server.reconfigure({ socketPath: path, builtins: { [name]: false } });
    expect(await ask()).toBe('no_handler_found');
  });
});
