import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-node';
import {
  CallTrace,
  clientCalls,
  IpcError,
  serverCalls,
  type ClientCallEvent,
  type ServerCallEvent,
  type StartedEvent,
} from '@pixl-ipc/protocol';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { instrumentIpc, type InstrumentOptions } from './instrument-ipc';

let exporter: InMemorySpanExporter;

beforeEach(() => {
  exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  return async () => {
    await provider.shutdown();
    for (const api of [trace, context, propagation]) api.disable();
  };
});

const instrument = (options?: InstrumentOptions): (() => void) => {
  const stop = instrumentIpc(options);
  onTestFinished(stop);
  return stop;
};

const clientCall = (event: Partial<ClientCallEvent> = {}): CallTrace<ClientCallEvent> =>
  new CallTrace<ClientCallEvent>(clientCalls, {
    kind: 'call',
    uri: '/orders/place',
    server: '/run/s',
    version: 2,
    timeoutMs: 100,
    meta: undefined,
    ...event,
  });

const SERVED: StartedEvent<ServerCallEvent> = {
  kind: 'call',
  uri: '/orders/7',
  endpoint: '/^\\/orders/',
  handler: 'orders',
  id: 'a.1',
  version: 2,
  userAgent: 'x',
  meta: {},
  waitedMs: 0,
};
const serverCall = (event: Partial<ServerCallEvent> = {}): CallTrace<ServerCallEvent> =>
  new CallTrace<ServerCallEvent>(serverCalls, { ...SERVED, ...event });

/** Runs a call to its end. Returns its span. */
function spanOf(
  call: CallTrace<ClientCallEvent> | CallTrace<ServerCallEvent>,
  code?: string,
): ReadableSpan | undefined {
  call.run(() => undefined);
  call.ended({ durationMs: 1, code, error: code && new IpcError(code, 'secret') });
  return exporter.getFinishedSpans().at(-1);
}

describe('a client’s call', () => {
  it('is a span of kind CLIENT, in the trace that is active', () => {
    instrument();
    const tracer = trace.getTracer('test');
    const span = tracer.startActiveSpan('parent', (parent) => {
      const own = spanOf(clientCall());
      expect(own?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
      return own;
    });
    expect(span).toMatchObject({
      name: '/orders/place',
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
    });
    expect(span?.attributes).toEqual({
      'rpc.system.name': 'pixl-ipc',
      'rpc.method': '/orders/place',
      'rpc.response.status_code': 'ok',
      'server.address': '/run/s',
      'network.transport': 'unix',
    });
  });

  it('carries its trace in meta, beside what is there', () => {
    instrument();
    const call = clientCall({ meta: { own: 'x' } });
    const { traceId, spanId } = spanOf(call)?.spanContext() ?? {};
    expect(call.event.meta).toEqual({ own: 'x', traceparent: `00-${traceId}-${spanId}-01` });
  });

  it('goes without its trace where meta would grow too large for the server', () => {
    instrument();
    const meta = { own: 'x'.repeat(8_150) };
    const call = clientCall({ meta });
    expect(spanOf(call)).toBeDefined();
    expect(call.event.meta).toBe(meta);
  });

  it.each(['internal', 'cancelled', 'orders.sold_out', 'no_handler_found'])('that ended with %s failed', (code) => {
    instrument();
    const span = spanOf(clientCall(), code);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: code });
    expect(span?.attributes).toMatchObject({ 'error.type': code, 'rpc.response.status_code': code });
    expect(span?.events).toEqual([]);
  });
});

describe('a server’s call', () => {
  it('is a span of kind SERVER that continues its caller’s trace and is active in the handler, and after', async () => {
    instrument();
    const meta = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b' };
    const call = serverCall({ meta });
    const active: (string | undefined)[] = [];
    const look = (): void => void active.push(trace.getActiveSpan()?.spanContext().spanId);
    const done = new Promise<void>((resolve) => {
      call.run(() => {
        look();
        setImmediate(() => {
          look();
          call.ended({ durationMs: 1 });
          resolve();
        });
      });
    });
    look();
    await done;
    const [span] = exporter.getFinishedSpans();
    expect(span?.spanContext()).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c' });
    expect(span?.spanContext().traceState?.serialize()).toBe('a=b');
    expect(span?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    const own = span?.spanContext().spanId;
    expect(active).toEqual([own, undefined, own]);
    expect(span).toMatchObject({ name: '/^\\/orders/', kind: SpanKind.SERVER });
    expect(span?.attributes).toEqual({
      'rpc.system.name': 'pixl-ipc',
      'rpc.method': '/^\\/orders/',
      'rpc.response.status_code': 'ok',
      'network.transport': 'unix',
    });
  });

  it.each([
    ['begins a trace', {}],
    ['is not taken in by nonsense', { traceparent: 'nonsense' }],
  ])('without a caller’s trace %s', (_what, meta) => {
    instrument();
    expect(spanOf(serverCall({ meta }))?.parentSpanContext).toBeUndefined();
  });

  it.each([
    ['internal', SpanStatusCode.ERROR],
    ['deadline_exceeded', SpanStatusCode.ERROR],
    ['unavailable', SpanStatusCode.ERROR],
    ['no_handler_found', SpanStatusCode.ERROR],
    ['invalid_argument', SpanStatusCode.UNSET],
    ['permission_denied', SpanStatusCode.UNSET],
    ['cancelled', SpanStatusCode.UNSET],
    ['abandoned', SpanStatusCode.UNSET],
    ['orders.sold_out', SpanStatusCode.UNSET],
  ])('that ended with %s has the status %d', (code, status) => {
    instrument();
    const span = spanOf(serverCall(), code);
    expect(span?.status.code).toBe(status);
    expect(span?.attributes['rpc.response.status_code']).toBe(code);
  });

  it('that nothing serves does not bring its caller’s text into a name', () => {
    instrument();
    const span = spanOf(serverCall({ endpoint: '(none)', uri: '/secret' }), 'no_handler_found');
    expect(span).toMatchObject({ name: 'pixl-ipc', attributes: { 'rpc.method': '_OTHER' } });
    expect(JSON.stringify(span?.attributes)).not.toContain('secret');
  });
});

describe('instrumenting', () => {
  it('leaves the server’s own endpoints out, unless asked for them', () => {
    const stop = instrument();
    expect(spanOf(serverCall({ uri: '/ipcserver/ping' }))).toBeUndefined();
    expect(spanOf(clientCall({ uri: '/ipcserver/ping' }))).toBeUndefined();
    stop();
    instrument({ ignore: ({ uri }) => uri === '/orders/place' });
    expect(spanOf(clientCall())).toBeUndefined();
    expect(spanOf(serverCall({ uri: '/ipcserver/ping' }))).toBeDefined();
  });

  it('records errors where asked to', () => {
    instrument({ recordExceptions: true });
    expect(spanOf(serverCall(), 'internal')?.events).toMatchObject([
      { name: 'exception', attributes: { 'exception.message': 'secret' } },
    ]);
  });

  it('ends the span of a call whose error cannot be looked at, and says so in it', () => {
    instrument({ recordExceptions: true });
    const { proxy, revoke } = Proxy.revocable(new Error('x'), {});
    revoke();
    const call = serverCall();
    call.run(() => undefined);
    call.ended({ durationMs: 1, code: 'internal', error: proxy });
    expect(exporter.getFinishedSpans()).toMatchObject([
      {
        status: { code: SpanStatusCode.ERROR },
        events: [{ attributes: { 'exception.message': 'what was thrown cannot be looked at' } }],
      },
    ]);
  });

  it('stops with the calls that are open', () => {
    const stop = instrument();
    const open = serverCall();
    open.run(() => undefined);
    stop();
    expect(clientCalls.hasSubscribers).toBe(false);
    expect(spanOf(serverCall())).toBeUndefined();
    open.ended({ durationMs: 1 });
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    expect(serverCalls.hasSubscribers).toBe(false);
  });
});
