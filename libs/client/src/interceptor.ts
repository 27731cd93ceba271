import type { OutgoingCall } from './calls/outgoing-call';

/** Hands a call on. Resolves to the data of its reply, undefined for a oneway one and at the end of a stream. */
export type NextCall = (call: OutgoingCall) => Promise<unknown>;

/**
 * Stands around every call of a client: may change it on its way out (`meta` for authorisation or tracing), see how it
 * ends, or answer it itself. `next` may be called again, save for a stream, whose items do not pass here.
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
