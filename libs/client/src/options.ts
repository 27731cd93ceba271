import { DEFAULT_LIMITS, type FrameLimits } from '@pixl-ipc/protocol';
import { MAX_TIMER_MS, SYSTEM_CLOCK, type Clock } from './clock';
import { shownValue } from './shown-value';

/** Everything that bounds a client, beside time. `max…` is inclusive. */
export interface ClientLimits extends FrameLimits {
  /** Calls in flight at a time; one more fails at once with `resource_exhausted`. */
  readonly maxPending: number;
  /** Requests that the server has not read yet, in bytes, above which a call fails at once with `resource_exhausted`. */
  readonly maxBufferedBytes: number;
}

/** What a client may be told. Times in milliseconds. */
export interface ClientSettings extends ClientLimits {
  /** What the client claims to be; a server logs it and never trusts it. */
  readonly userAgent: string;
  /** How long a call waits for its reply where it does not say; 0 for ever. */
  readonly requestTimeoutMs: number;
  /** How long an attempt to connect goes on while the server's backlog is full; otherwise it is over at once. */
  readonly connectTimeoutMs: number;
  /** First ceiling of the random delay before a reconnect; it doubles. 0 never reconnects. */
  readonly reconnectInitialMs: number;
  /** Where the ceiling stops doubling. */
  readonly reconnectMaxMs: number;
  /** How long `close()` waits for the server to take what was sent. */
  readonly closeTimeoutMs: number;
  readonly clock: Clock;
  /** Numbers from 0 up to, not including, 1. */
  readonly random: () => number;
}

/** What every client is made of. */
export interface ClientOptions extends Partial<ClientSettings> {
  /** The server's socket; at most 107 bytes. */
  readonly socketPath: string;
}

/** {@link ClientOptions} with every default filled in, and checked. */
export type ResolvedClientOptions = Required<ClientOptions>;

const MIB = 1024 * 1024;

/** What a client starts from. */
export const DEFAULT_CLIENT_SETTINGS: ClientSettings = Object.freeze({
  maxFrameBytes: DEFAULT_LIMITS.maxFrameBytes,
  maxJsonDepth: DEFAULT_LIMITS.maxJsonDepth,
  // As many as a server runs at a time in all.
  maxPending: 10_000,
  // What a server may hold in all: beyond it the requests would only wait elsewhere.
  maxBufferedBytes: 256 * MIB,
  userAgent: 'Node/IpcClient',
  // A local call that takes longer has usually been forgotten.
  requestTimeoutMs: 10_000,
  // A server that accepts nobody for so long is stuck; a burst of clients is let in within milliseconds.
  connectTimeoutMs: 5_000,
  // Soon after a restart, yet a hundred clients spread over it.
  reconnectInitialMs: 100,
  // Everybody is back within 5 s of the server's return.
  reconnectMaxMs: 5_000,
  // A server that reads takes its requests in milliseconds; one that does not must not keep the process.
  closeTimeoutMs: 1_000,
  clock: SYSTEM_CLOCK,
  random: Math.random,
});

/** `sockaddr_un` holds 108 bytes with the final NUL; Node 20 cuts a longer path without a word. */
const MAX_SOCKET_PATH_BYTES = 107;

/** Least and greatest value of every number. */
const RANGES = {
  // A frame becomes one JavaScript string, and V8 ends at about 512 MiB.
  maxFrameBytes: [64, 256 * MIB],
  // V8's JSON.parse takes any depth, our users' code does not.
  maxJsonDepth: [2, 2_000],
  maxPending: [1, 10_000_000],
  maxBufferedBytes: [1, Number.MAX_SAFE_INTEGER],
  requestTimeoutMs: [0, MAX_TIMER_MS],
  connectTimeoutMs: [0, MAX_TIMER_MS],
  reconnectInitialMs: [0, MAX_TIMER_MS],
  reconnectMaxMs: [0, MAX_TIMER_MS],
  closeTimeoutMs: [0, MAX_TIMER_MS],
} as const satisfies Partial<Record<keyof ClientSettings, readonly [number, number]>>;

/**
 * Fills in defaults and checks everything at once.
 *
 * @throws TypeError naming every wrong option, its value and what to give instead
 */
export function resolveClientOptions(options: ClientOptions): ResolvedClientOptions {
  const resolved = withDefaults(options);
  const wrong = [...wrongSocketPath(resolved.socketPath), ...wrongSettings(resolved)];
  if (wrong.length > 0) throw new TypeError(wrong.join('\n'));
  return resolved;
}

/** The options, and the default of every setting that is not given; undefined is not given. */
export function withDefaults<Options extends Partial<ClientSettings>>(options: Options): Options & ClientSettings {
  const entries: [string, unknown][] = Object.entries(options);
  const given = Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Options;
  return { ...DEFAULT_CLIENT_SETTINGS, ...given };
}

/** What is wrong with settings: a sentence for each, with the value and what to give instead. */
export function wrongSettings(settings: ClientSettings): string[] {
  const wrong = Object.entries(RANGES).flatMap(([name, range]) =>
    wrongNumber(name, settings[name as keyof typeof RANGES], range),
  );
  const { reconnectInitialMs, reconnectMaxMs } = settings;
  const userAgent: unknown = settings.userAgent;
  if (typeof userAgent !== 'string') wrong.push(`userAgent is ${shownValue(userAgent)}; give a string`);
  if (reconnectInitialMs > reconnectMaxMs) {
    wrong.push(
      `reconnectInitialMs is ${reconnectInitialMs}, over reconnectMaxMs ${reconnectMaxMs}; lower it or raise that`,
    );
  }
  return wrong;
}

/** What is wrong with the path of a socket. */
export function wrongSocketPath(path: unknown): string[] {
  if (typeof path !== 'string' || path === '') {
    return [`socketPath is ${shownValue(path)}; give the path of the server's socket`];
  }
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_SOCKET_PATH_BYTES) return [];
  return [`socketPath ${path} is ${bytes} bytes, limit ${MAX_SOCKET_PATH_BYTES}; use a shorter directory`];
}

/** What is wrong with a number that has to be in a range, both ends included. */
export function wrongNumber(name: string, value: unknown, [least, greatest]: readonly [number, number]): string[] {
  if (typeof value === 'number' && Number.isFinite(value) && value >= least && value <= greatest) return [];
  return [`${name} is ${shownValue(value)}; give a number from ${least} to ${greatest}`];
}
