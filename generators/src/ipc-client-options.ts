import { resolveClientOptions, type ClientLimits, type ClientOptions } from '@pixl-ipc/client';
import type { Message } from '@pixl-ipc/protocol';
import { inspect } from 'node:util';

/** Where a client logs: a pixl-logger, or anything with its two methods. Payloads are never passed. */
export interface IPCLogger {
  debug(level: number, message: string, data?: unknown): void;
  error(code: string, message: string, data?: unknown): void;
}

/** A reply's whole message → what its callback gets. A truthy first member is the error. */
export type MessageTransform = (message: Message) => readonly [err: unknown, data: unknown];

/** Text is the number that it spells: the original gave what it got to `setTimeout`, settings of the environment among it. */
export type Milliseconds = number | string;

/**
 * The original's options, and the limits of `@pixl-ipc/client`. Times in milliseconds.
 *
 * The original reads its options by their truth, and so are they here: null, false, 0, NaN and '' are the default, or off
 * for `autoReconnect`. Of those that it did not have, null is the default.
 */
export interface IPCClientOptions extends Nullable<Partial<ClientLimits>> {
  /** How long a request waits for its reply. Default 10,000. */
  readonly requestTimeout?: Milliseconds | false | null | undefined;
  /**
   * How long the original remembered a request that had timed out, for the sake of its late reply. Accepted, and needed
   * no more: a late reply is recognised at any time, and nothing is kept for it.
   */
  readonly expireRequest?: unknown;
  /** How long `connect()` goes on while the server's backlog is full. Default 5,000. */
  readonly connectTimeout?: Milliseconds | null | undefined;
  /** What the client claims to be. Default `Node/IPCClient` and the working directory. */
  readonly userAgent?: string | number | false | null | undefined;
  /**
   * The first ceiling of the random delay before a reconnect; it doubles up to 4,000, or stays where it is higher.
   * Default 1,000, and so is true, of which the original made 1; 0 and what else is false never reconnects.
   */
  readonly autoReconnect?: Milliseconds | boolean | null | undefined;
  /** Documented by the original and never used. Accepted. */
  readonly expirationFrequency?: unknown;
  /** If true, makes a message with a truthy `code`, at its top or in its data, an error: see `codeToErr()`. */
  readonly codeToErr?: unknown;
  /** Decides what is an error, instead of `codeToErr`. */
  readonly messageTransform?: MessageTransform | false | null | undefined;
  /** Calls `logStats()` that often while connected. Default never. */
  readonly logStatsInterval?: Milliseconds | false | null | undefined;
}

type Nullable<T> = { readonly [Key in keyof T]: T[Key] | null | undefined };

const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;
const DEFAULT_AUTO_RECONNECT_MS = 1_000;
/** With it, everybody is back within 5 s of the server's return. */
const RECONNECT_MAX_MS = 4_000;

/** What the façade itself keeps of its options. */
export interface OwnOptions {
  readonly requestTimeout: number;
  /** 0 never. */
  readonly logStatsInterval: number;
  readonly codeToErr: boolean;
  readonly messageTransform: MessageTransform | null;
}

/** {@link IPCClientOptions}, read. */
export interface ReadOptions {
  readonly own: OwnOptions;
  readonly library: ClientOptions;
}

/**
 * The original's options → those of `@pixl-ipc/client`, and what the façade keeps.
 *
 * @throws TypeError naming every option that is wrong, its value and what to give instead
 */
export function readOptions(path: string, given: IPCClientOptions | null): ReadOptions {
  const options = objectOf(given);
  const library = libraryOptions(path, options);
  const own = {
    requestTimeout: library.requestTimeoutMs,
    logStatsInterval: truly(numberOf(options.logStatsInterval)) ?? 0,
    codeToErr: Boolean(options.codeToErr),
    messageTransform: truly(options.messageTransform) ?? null,
  };
  const wrong = [...wrongOwnOptions(own), ...wrongLibraryOptions(library)];
  if (wrong.length > 0) throw new TypeError(wrong.join('\n'));
  return { own: own as OwnOptions, library };
}

/** How long a request waits by a `requestTimeout` that anybody may have assigned to a client; 0 for ever. */
export function requestTimeoutOf(assigned: unknown): number {
  const ms = numberOf(assigned);
  return typeof ms === 'number' && !Number.isNaN(ms) ? ms : DEFAULT_REQUEST_TIMEOUT_MS;
}

/** What is false is no options; the original read the properties of everything else but null, and found none. */
function objectOf(options: unknown): IPCClientOptions {
  if (!options) return {};
  if (typeof options === 'object' && !Array.isArray(options)) return options;
  throw new TypeError(`options are ${shown(options)}; give an object such as { requestTimeout: 5000 }`);
}

function libraryOptions(path: string, options: IPCClientOptions) {
  const { maxFrameBytes, maxJsonDepth, maxPending, maxBufferedBytes, connectTimeout, userAgent } = options;
  const later = { maxFrameBytes, maxJsonDepth, maxPending, maxBufferedBytes, connectTimeoutMs: connectTimeout };
  const given = Object.entries(later).filter(([, value]) => value !== undefined && value !== null);
  const reconnectInitialMs = reconnectOf(options.autoReconnect);
  return {
    ...(Object.fromEntries(given.map(([name, value]) => [name, numberOf(value)])) as Partial<ClientLimits>),
    socketPath: path,
    userAgent: agentOf(userAgent),
    requestTimeoutMs: truly(numberOf(options.requestTimeout)) ?? DEFAULT_REQUEST_TIMEOUT_MS,
    reconnectInitialMs,
    reconnectMaxMs: reconnectInitialMs > RECONNECT_MAX_MS ? reconnectInitialMs : RECONNECT_MAX_MS,
  } as ClientOptions & { readonly requestTimeoutMs: number };
}

function agentOf(userAgent: IPCClientOptions['userAgent']): unknown {
  if (!userAgent) return `Node/IPCClient${process.cwd()}`;
  return typeof userAgent === 'number' ? String(userAgent) : userAgent;
}

/** To say yes is to ask for the default: the original would have come back every millisecond. */
function reconnectOf(autoReconnect: IPCClientOptions['autoReconnect']): number {
  if (autoReconnect === undefined || autoReconnect === true) return DEFAULT_AUTO_RECONNECT_MS;
  return (truly(numberOf(autoReconnect)) ?? 0) as number;
}

/** What the original would have taken for given. */
export function truly<Value>(value: Value | false | null): Value | undefined {
  if (!value) return undefined;
  return value;
}

/** Text that spells a number → that number, as `setTimeout` reads it; all else as it is. */
function numberOf(value: unknown): unknown {
  const isNumeric = typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value));
  return isNumeric ? Number(value) : value;
}

/** What the library does not know of. */
function wrongOwnOptions(own: { readonly [Name in keyof OwnOptions]: unknown }): string[] {
  const { messageTransform, logStatsInterval } = own;
  const wrong: string[] = [];
  if (messageTransform !== null && typeof messageTransform !== 'function') {
    wrong.push(
      `messageTransform is ${shown(messageTransform)}; give a function (message) => [err, data], or null for none`,
    );
  }
  if (typeof logStatsInterval !== 'number' || !(logStatsInterval >= 0 && logStatsInterval < 2 ** 31)) {
    wrong.push(`logStatsInterval is ${shown(logStatsInterval)}; give milliseconds, or null for never`);
  }
  return wrong;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return inspect(value, { depth: 0, breakLength: Infinity, maxArrayLength: 3, customInspect: false });
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
