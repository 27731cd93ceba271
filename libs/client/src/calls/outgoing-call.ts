/**
 * When a call is sent again by itself: never; when it was certainly not executed; or also when that is unknown, because
 * executing it twice does no more than executing it once.
 */
export type Repeat = 'never' | 'unexecuted' | 'always';

/** A call on its way out, as its caller made it: what interceptors see, and may pass on changed. */
export interface OutgoingCall {
  /** What is expected: a reply, nothing (`notify`), or a stream of them. */
  readonly kind: 'call' | 'notify' | 'stream';
  readonly uri: string;
  readonly data: unknown;
  /** Milliseconds; 0 or Infinity for ever. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Words about the call for the server's middleware, such as `traceparent`. */
  readonly meta: Readonly<Record<string, string>> | undefined;
  readonly repeat: Repeat;
  /** Hash of the contract that the caller was made from. */
  readonly contract: string | undefined;
  /** How many items of a stream may be on their way, or wait unread; 0 for what is no stream. */
  readonly credit: number;
}
