import { resolveClientOptions, type ClientLimits, type ClientOptions } from '@pixl-ipc/client';
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
  /** How long `connect()` goes on while the server's backlog is full. Default 5,000. */
  readonly connectTimeout?: number;
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

/**
 * The original's options → those of `@pixl-ipc/client`.
 *
 * @throws TypeError naming every option that is wrong, its value and what to give instead
 */
export function clientOptionsOf(path: string, options: IPCClientOptions): ClientOptions {
  const { maxFrameBytes, maxJsonDepth, maxPending, maxBufferedBytes, connectTimeout } = options;
  const given = { maxFrameBytes, maxJsonDepth, maxPending, maxBufferedBytes, connectTimeoutMs: connectTimeout };
  const { autoReconnect = DEFAULT_AUTO_RECONNECT_MS } = options;
  const reconnectInitialMs = autoReconnect === false ? 0 : (autoReconnect ?? 0);
  const resolved: ClientOptions = {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<ClientLimits>),
    socketPath: path,
    userAgent: options.userAgent ?? `Node/IPCClient${process.cwd()}`,
    requestTimeoutMs: requestTimeoutOf(options),
    reconnectInitialMs,
    reconnectMaxMs: reconnectInitialMs > RECONNECT_MAX_MS ? reconnectInitialMs : RECONNECT_MAX_MS,
  };
  const wrong = [...wrongOwnOptions(options), ...wrongLibraryOptions(resolved)];
  if (wrong.length > 0) throw new TypeError(wrong.join('\n'));
  return resolved;
}

/** What the library does not know of. */
function wrongOwnOptions({ messageTransform, logStatsInterval }: IPCClientOptions): string[] {
  const wrong: string[] = [];
  const transform: unknown = messageTransform ?? undefined;
  if (transform !== undefined && typeof transform !== 'function') {
    wrong.push(`messageTransform is a ${typeof transform}; give a function (message) => [err, data], or null`);
  }
  const interval: unknown = logStatsInterval ?? 0;
  if (typeof interval !== 'number' || !(interval >= 0 && interval < 2 ** 31)) {
    wrong.push(`logStatsInterval is ${JSON.stringify(interval)}; give milliseconds, or null for never`);
  }
  return wrong;
}

/** What the library calls otherwise. */
const OWN_NAMES: Readonly<Record<string, string>> = Object.freeze({
  socketPath: 'path',
  requestTimeoutMs: 'requestTimeout',
  connectTimeoutMs: 'connectTimeout',
  reconnectInitialMs: 'autoReconnect',
});

/** What the library finds wrong, in the words of the caller. What is derived from an option is wrong with it. */
function wrongLibraryOptions(resolved: ClientOptions): string[] {
  try {
    resolveClientOptions(resolved);
    return [];
  } catch (error) {
    return (error as TypeError).message
      .split('\n')
      .filter((line) => !line.startsWith('reconnectMaxMs'))
      .map((line) => line.replace(/^\w+/, (name) => OWN_NAMES[name] ?? name));
  }
}
