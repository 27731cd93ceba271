import type { ClientLimits, ClientOptions } from '@pixl-ipc/client';
import type { Message } from '@pixl-ipc/protocol';

/** Where a client logs: a pixl-logger, or anything with its two methods. Payloads are never passed. */
export interface IPCLogger {
  debug(level: number, message: string, data?: unknown): void;
  error(code: string, message: string, data?: unknown): void;
}

/** A reply's whole message → what its callback gets. A truthy first member is the error. */
export type MessageTransform = (message: Message) => readonly [err: unknown, data: unknown];

/** The original's options, and the limits of `@pixl-ipc/client`. Times in milliseconds. */
export interface IPCClientOptions extends Partial<ClientLimits> {
  /** How long a request waits for its reply. Default 10,000, and 0 is the default too, as in the original. */
  readonly requestTimeout?: number;
  /**
   * How long the original remembered a request that had timed out, for the sake of its late reply. Accepted, and needed
   * no more: a late reply is recognised at any time, and nothing is kept for it.
   */
  readonly expireRequest?: number;
  /** What the client claims to be. Default `Node/IPCClient` and the working directory. */
  readonly userAgent?: string;
  /**
   * The first ceiling of the random delay before a reconnect; it doubles up to 4,000, or stays where it is higher.
   * Default 1,000; 0 never reconnects.
   */
  readonly autoReconnect?: number | false | null;
  /** Documented by the original and never used. Accepted. */
  readonly expirationFrequency?: number;
  /** Makes a message with a truthy `code`, at its top or in its data, an error: see `codeToErr()`. Default false. */
  readonly codeToErr?: boolean;
  /** Decides what is an error, instead of `codeToErr`. */
  readonly messageTransform?: MessageTransform | null;
  /** Calls `logStats()` that often while connected. Default never. */
  readonly logStatsInterval?: number | null;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;
const DEFAULT_AUTO_RECONNECT_MS = 1_000;
/** With it, everybody is back within 5 s of the server's return. */
const RECONNECT_MAX_MS = 4_000;

/** How long requests wait. The original takes 0 for not given, and a request that waits for ever is a lost one. */
export function requestTimeoutOf({ requestTimeout = 0 }: IPCClientOptions): number {
  return requestTimeout === 0 ? DEFAULT_REQUEST_TIMEOUT_MS : requestTimeout;
}

/** The original's options → those of `@pixl-ipc/client`. */
export function clientOptionsOf(path: string, options: IPCClientOptions): ClientOptions {
  const { maxFrameBytes, maxJsonDepth, maxPending, maxBufferedBytes } = options;
  const limits = { maxFrameBytes, maxJsonDepth, maxPending, maxBufferedBytes };
  const { autoReconnect = DEFAULT_AUTO_RECONNECT_MS } = options;
  const reconnectInitialMs = autoReconnect === false ? 0 : (autoReconnect ?? 0);
  return {
    ...(Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) as Partial<ClientLimits>),
    socketPath: path,
    userAgent: options.userAgent ?? `Node/IPCClient${process.cwd()}`,
    requestTimeoutMs: requestTimeoutOf(options),
    reconnectInitialMs,
    reconnectMaxMs: Math.max(RECONNECT_MAX_MS, reconnectInitialMs),
  };
}
