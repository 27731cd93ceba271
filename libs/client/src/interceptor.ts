import type { InterceptedCall } from './calls/intercepted-call';
import type { OutgoingCall } from './calls/outgoing-call';

/** Hands a call on. Resolves to the data of its reply, undefined for a oneway one and at the end of a stream. */
export type NextCall = (call: OutgoingCall) => Promise<unknown>;

/** What stands behind the last interceptor; is told for which call it is done. */
export type LastCall = (call: OutgoingCall, of?: InterceptedCall) => Promise<unknown>;

/**
 * Stands around every call of a client: may change it on its way out (`meta` for authorisation or tracing), see how it
 * ends, or answer it itself. `next` may be called again, save for a stream, whose items do not pass here.
 *
 * The call's time and its signal hold all the while: it ends by them whatever an interceptor waits for, and `next` rejects
 * then. An interceptor may give what it passes on less time, not more.
 */
export type Interceptor = (call: OutgoingCall, next: NextCall) => Promise<unknown>;

/** Passes a call through all interceptors, the first one outermost, and to `last`. What one throws rejects. */
export function intercept(interceptors: readonly Interceptor[], call: OutgoingCall, last: NextCall): Promise<unknown> {
  const pass = async (index: number, current: OutgoingCall): Promise<unknown> => {
    const interceptor = interceptors[index];
    return interceptor ? interceptor(current, (changed) => pass(index + 1, changed)) : last(current);
  };
  return pass(0, call);
}
