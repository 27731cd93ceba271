import { context, propagation, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import type { ClientCallEvent } from '@pixl-ipc/protocol';
import type { StartedSpan } from './call-spans';

/** What a server takes in `meta` by default, as JSON: more would cost the call, so such a call goes untraced. */
const MAX_META_BYTES = 8_192;

/** A span of the active trace, or of a new one, which goes with the request. Every failure is the caller's. */
export function startClientSpan(tracer: Tracer, event: ClientCallEvent): StartedSpan {
  const span = tracer.startSpan(event.uri, {
    kind: SpanKind.CLIENT,
    attributes: {
      'rpc.system.name': 'pixl-ipc',
      'rpc.method': event.uri,
      'server.address': event.server,
      'network.transport': 'unix',
    },
  });
  const meta = { ...event.meta };
  propagation.inject(trace.setSpan(context.active(), span), meta);
  if (Buffer.byteLength(JSON.stringify(meta)) <= MAX_META_BYTES) event.meta = meta;
  return { span, isError: () => true };
}
