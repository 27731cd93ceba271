import { trace } from '@opentelemetry/api';
import {
  clientCalls,
  serverCalls,
  type CallEvent,
  type ClientCallEvent,
  type ServerCallEvent,
} from '@pixl-ipc/protocol';
import { CallSpans } from './call-spans';
import { startClientSpan } from './client-span';
import { startServerSpan } from './server-span';

/** What is traced, and how much is told of it. */
export interface InstrumentOptions {
  /** Calls that get no span. Default: those of `/ipcserver/…`, which monitoring makes all the time. */
  readonly ignore?: (event: ClientCallEvent | ServerCallEvent) => boolean;
  /** Whether spans record errors, message and stack, which may hold a caller's data. Default false: their codes alone. */
  readonly recordExceptions?: boolean;
}

/** The name of the tracer, as tools list it. */
const TRACER = '@pixl-ipc/opentelemetry';
const OWN_ENDPOINTS = '/ipcserver/';

/**
 * Makes a span of every call of this process: of kind CLIENT for those of its clients, of kind SERVER for those of its
 * servers, which continue the trace of a caller that is traced. The span is active in the handler, and in what that
 * awaits. Goes by the tracer provider, context manager and propagator that are registered with `@opentelemetry/api` when
 * a call starts. No span holds data of a call.
 *
 * @returns Ends it; calls that are open still get their spans.
 * @see docs/guides/observability.md#opentelemetry
 */
export function instrumentIpc(options: InstrumentOptions = {}): () => void {
  const { ignore = isOwn, recordExceptions = false } = options;
  const tracer = trace.getTracer(TRACER);
  const sides = [
    new CallSpans(clientCalls, { ignore, recordExceptions, start: (event) => startClientSpan(tracer, event) }),
    new CallSpans(serverCalls, { ignore, recordExceptions, start: (event) => startServerSpan(tracer, event) }),
  ];
  return () => {
    for (const side of sides) side.stop();
  };
}

function isOwn({ uri }: CallEvent): boolean {
  return uri.startsWith(OWN_ENDPOINTS);
}
