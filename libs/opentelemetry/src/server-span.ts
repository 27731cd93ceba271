import { context, propagation, ROOT_CONTEXT, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import type { ServerCallEvent } from '@pixl-ipc/protocol';
import type { StartedSpan } from './call-spans';

/** Where the server failed, or cannot do what it was asked for. With the other codes it did what it should. */
const SERVER_ERRORS: ReadonlySet<string> = new Set([
  'internal',
  'deadline_exceeded',
  'no_handler_found',
  'unavailable',
]);
const SYSTEM = 'pixl-ipc';
/** The endpoint of calls that nothing serves. */
const NO_ENDPOINT = '(none)';

/** A span that continues the caller's trace where it sent one, and is active in the handler. */
export function startServerSpan(tracer: Tracer, event: ServerCallEvent): StartedSpan {
  const parent = propagation.extract(ROOT_CONTEXT, event.meta);
  const isKnown = event.endpoint !== NO_ENDPOINT;
  const span = tracer.startSpan(
    isKnown ? event.endpoint : SYSTEM,
    {
      kind: SpanKind.SERVER,
      attributes: {
        'rpc.system.name': SYSTEM,
        'rpc.method': isKnown ? event.endpoint : '_OTHER',
        'network.transport': 'unix',
      },
    },
    parent,
  );
  const active = trace.setSpan(parent, span);
  event.surround((next) => context.with(active, next));
  return { span, isError: (code) => SERVER_ERRORS.has(code) };
}
