import { CallTrace, IpcError, serverCalls, type ServerCallEvent } from '@pixl-ipc/protocol';
import type { Call } from './call';

/** What tells the subscribers of {@link serverCalls} about `call`. */
export function traceOf({ request, route, receivedAt, startedAt }: Call): CallTrace<ServerCallEvent> {
  const { uri, id, version, message, terms } = request;
  return new CallTrace(serverCalls, {
    endpoint: route.serves,
    handler: route.name,
    uri,
    id,
    version,
    kind: terms.oneway ? 'notify' : terms.more ? 'stream' : 'call',
    userAgent: typeof message.userAgent === 'string' ? message.userAgent : undefined,
    meta: terms.meta,
    waitedMs: startedAt - receivedAt,
  });
}

/** The call has ended, with an error where there is a code: with what its handler threw, or else what says as much. */
export function endTrace(trace: CallTrace<ServerCallEvent>, durationMs: number, code: string | undefined): void {
  const { endpoint, error: thrown } = trace.event;
  const error =
    code === undefined ? undefined : (thrown ?? new IpcError(code, `The call of ${endpoint} ended: ${code}`));
  trace.ended({ durationMs, code, error });
}
