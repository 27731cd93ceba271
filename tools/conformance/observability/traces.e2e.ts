import { context, createTraceState, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { createClient, Version1Client } from '@pixl-ipc/client';
import { spawnFixture, tempDirectory, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishedSpans, startTracing, type SeenSpan } from './fixtures/tracing';

let directory: TempDirectory;
let server: FixtureProcess;
let socketPath: string;

beforeAll(async () => {
  startTracing();
  directory = await tempDirectory();
  socketPath = directory.file('s');
  server = await spawnFixture(join(__dirname, 'fixtures/traced-server.ts'), { args: [socketPath] });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await directory.cleanup();
});

/** Makes calls under a span of its own. Returns what they gave, and the spans of both processes in that trace. */
async function traced<Result>(calls: () => Promise<Result>) {
  const tracer = trace.getTracer('test');
  const parent = tracer.startSpan('parent');
  const spanContext = { ...parent.spanContext(), traceState: createTraceState('vendor=7') };
  const result = await context.with(trace.setSpanContext(context.active(), spanContext), calls);
  parent.end();
  const ofTrace = (span: SeenSpan): boolean => span.traceId === spanContext.traceId && span.name !== 'parent';
  const served = await server.ask<SeenSpan[]>('spans');
  return { result, parent: spanContext, client: finishedSpans().filter(ofTrace), server: served.filter(ofTrace) };
}

test.each<[string, string, unknown]>([
  ['a contract', '/hello', { name: 'Ada' }],
  ['a plain handler', '/plain', null],
])('a call of %s is one trace through two processes, active in the handler', async (_what, uri, data) => {
  await using client = createClient({ socketPath });
  const { result, parent, client: [calling], server: [serving] } = await traced(() => client.call(uri, data)); // prettier-ignore
  expect(calling).toMatchObject({ name: uri, kind: SpanKind.CLIENT, parentSpanId: parent.spanId });
  expect(serving).toMatchObject({
    name: uri,
    kind: SpanKind.SERVER,
    parentSpanId: calling?.spanId,
    traceState: 'vendor=7',
  });
  expect(result).toEqual({ spanId: serving?.spanId });
});

test('a stream is one span on either side, active in the generator', async () => {
  await using client = createClient({ socketPath });
  const read = async (): Promise<unknown[]> => {
    const items: unknown[] = [];
    for await (const item of client.stream('/numbers', {})) items.push(item);
    return items;
  };
  const { result, client: callers, server: servers } = await traced(read);
  expect([callers.length, servers.length]).toEqual([1, 1]);
  expect(servers[0]?.parentSpanId).toBe(callers[0]?.spanId);
  expect(result).toEqual(Array(3).fill({ spanId: servers[0]?.spanId }));
});

test.each([
  ['/hello', { name: 'nobody' }, 'internal', SpanStatusCode.ERROR],
  ['/hello', { name: 5 }, 'invalid_argument', SpanStatusCode.UNSET],
  ['/plain', 'fail', 'orders.sold_out', SpanStatusCode.UNSET],
])('a call of %s with %j fails on both sides with %s, and its spans say no more', async (uri, data, code, status) => {
  await using client = createClient({ socketPath });
  const { client: callers, server: servers } = await traced(() => client.call(uri, data).catch(() => undefined));
  const attributes = { 'rpc.response.status_code': code };
  expect(callers).toMatchObject([{ status: SpanStatusCode.ERROR, attributes }]);
  expect(servers).toMatchObject([{ status, attributes }]);
  expect(JSON.stringify([callers, servers])).not.toMatch(/secret|nobody|none left/);
});

test('a caller of version 1 is served under a trace of its own', async () => {
  const client = new Version1Client({ socketPath });
  await client.connect();
  const call = (): Promise<unknown> =>
    new Promise((resolve) => client.start('/plain', 1, { settle: (_error, reply) => resolve(reply?.data) }));
  const { result, client: callers, server: servers } = await traced(call);
  await client.close();
  expect([callers.length, servers.length]).toEqual([1, 0]);
  const served = await server.ask<SeenSpan[]>('spans');
  expect(result).toEqual({ spanId: served.at(-1)?.spanId });
  expect(served.at(-1)?.parentSpanId).toBeUndefined();
});
