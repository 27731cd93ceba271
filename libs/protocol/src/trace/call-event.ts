/** Runs `next` within itself, once and before it returns: in an asynchronous context, for example. */
export type Surrounding = (next: () => void) => void;

/**
 * What the subscribers of a side's calls are told of one: one object from its start to its end, never its data. They may
 * keep things of their own on it, by a symbol or in a WeakMap.
 *
 * @see docs/guides/observability.md#channels
 */
export interface CallEvent {
  readonly kind: 'call' | 'notify' | 'stream';
  readonly uri: string;
  /** While subscribers of `start` are told: stands around what comes between `start` and `end`. */
  readonly surround: (surrounding: Surrounding) => void;
  /** From the end on: how long it took, in milliseconds. */
  durationMs?: number;
  /** From the end on, if it failed: the code of its error. */
  code?: string;
  /** From the end on, if it failed: what a handler threw, which may throw when it is looked at, or a caller is thrown. */
  error?: unknown;
}

/** A call as its client sees it, from when it is started until it has its outcome. */
export interface ClientCallEvent extends CallEvent {
  /** What the client is connected to: the path of a socket, for example. */
  readonly server: string;
  readonly version: 1 | 2;
  /** Milliseconds that the call may take; 0 or Infinity: for ever. */
  readonly timeoutMs: number;
  /** What goes with the request. Subscribers of `start` may replace it; version 1 has no way to send it. */
  meta: Readonly<Record<string, string>> | undefined;
  /** From the end on: how often its request was sent. */
  attempts?: number;
}

/** A call as its server sees it, from when its handler is called until it is answered. */
export interface ServerCallEvent extends CallEvent {
  /** The URI, or the pattern, that serves it: never a caller's text. */
  readonly endpoint: string;
  /** What the handler was registered as. */
  readonly handler: string;
  readonly id: string | number | null;
  readonly version: 1 | 2;
  /** As the caller claims; undefined where it does not. */
  readonly userAgent: string | undefined;
  readonly meta: Readonly<Record<string, string>>;
  /** Milliseconds the request waited for its turn, from when it was read. */
  readonly waitedMs: number;
}
