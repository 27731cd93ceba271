import type { ContractDocument, Service } from '@pixl-ipc/contract';
import { DEFAULT_LIMITS, type EnvelopeLimits } from '@pixl-ipc/protocol';
import { builtInsFault, DEFAULT_BUILT_INS, type BuiltInOptions } from './builtin/access';
import { OptionError, shown } from './option-error';
import { assertNames, assertOptions, assertShapes } from './option-shapes';

/** Everything that bounds a server. Sizes in bytes, times in milliseconds, `max…` inclusive. */
export interface ServerLimits extends EnvelopeLimits {
  /** Longest reply frame; a handler that returns more gets its caller `message_too_large`. */
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
  /** Enforced where the kernel's credentials can be read (koffi installed). */
  readonly maxConnectionsPerUid: number;
  /** Requests of one connection that run at a time; more wait within the byte budget. */
  readonly maxInFlightPerConnection: number;
  readonly maxInFlightTotal: number;
  /** Unsent replies above which a connection is read and dispatched no further until its peer reads. */
  readonly writeSoftBytes: number;
  /** Unsent replies above which a connection is closed at once. */
  readonly writeHardBytes: number;
  /** How long a connection may stay above `writeSoftBytes`. */
  readonly slowReaderTimeoutMs: number;
  /** All bytes the server holds for its peers: unfinished frames, waiting and running requests, unsent replies. */
  readonly maxBufferedBytesTotal: number;
  /** How long a frame that has begun may take to end. */
  readonly frameTimeoutMs: number;
  /** Closes a connection that has said nothing and waits for nothing; 0 never. */
  readonly idleTimeoutMs: number;
  /** How long a handler may take; then its signal aborts and its caller gets `deadline_exceeded`. 0 never. */
  readonly requestTimeoutMs: number;
  /** How long a graceful stop may take in all. */
  readonly drainTimeoutMs: number;
  /** How long a draining server still serves requests that cross its going. */
  readonly drainGraceMs: number;
  readonly listenBacklog: number;
  /** Frames taken from one connection before the others have their turn. */
  readonly framesPerTurn: number;
}

const MIB = 1024 * 1024;

/** What a server starts from. `maxConnections` is lowered further to what the process's open files allow. */
export const DEFAULT_SERVER_LIMITS: ServerLimits = Object.freeze({
  ...DEFAULT_LIMITS,
  maxResponseBytes: DEFAULT_LIMITS.maxFrameBytes,
  // A host has hundreds of PHP workers, not thousands.
  maxConnections: 4_096,
  // A quarter: one user's runaway pool leaves room for the others.
  maxConnectionsPerUid: 1_024,
  maxInFlightPerConnection: 1_024,
  maxInFlightTotal: 10_000,
  // 1 MiB keeps a fast reader busy and costs a thousand slow ones no more than the total allows.
  writeSoftBytes: MIB,
  // Room for a reply of the largest size while another is being sent.
  writeHardBytes: 32 * MIB,
  slowReaderTimeoutMs: 30_000,
  maxBufferedBytesTotal: 256 * MIB,
  // A local peer sends a frame in milliseconds; 30 s survives a stopped debugger.
  frameTimeoutMs: 30_000,
  // Off: persistent PHP connections are idle most of their lives.
  idleTimeoutMs: 0,
  requestTimeoutMs: 60_000,
  drainTimeoutMs: 10_000,
  drainGraceMs: 500,
  // Node's own default, and what most kernels cap it to or above.
  listenBacklog: 511,
  // 64 small requests are under half a millisecond of work.
  framesPerTurn: 64,
});

/** Where a server logs. Shaped like pixl-server's component logging. Payloads are never passed. */
export interface ServerLog {
  debug(level: number, message: string, data?: unknown): void;
  error(code: string, message: string, data?: unknown): void;
}

/** A log that drops everything. */
export const SILENT_LOG: ServerLog = Object.freeze({ debug: () => undefined, error: () => undefined });

/** What a server is made of. */
export interface ServerOptions extends Partial<ServerLimits> {
  /** At most 107 bytes, 100 of them for its directory. Without one, a server is reached in its own process only. */
  readonly socketPath?: string | undefined;
  /** Permission bits of the socket file. Default 0o600: only the same user connects. */
  readonly socketMode?: number;
  /**
   * User who owns the socket file, a name or uid: for a process that starts as root and then becomes that user. Unset:
   * the process's own.
   */
  readonly socketOwner?: string | number | undefined;
  /** Group of the socket file, a name or gid; useful with mode 0o660. */
  readonly socketGroup?: string | number | undefined;
  /** Users that may connect, by uid; needs koffi. Unset: the file mode decides. */
  readonly allowUids?: readonly number[] | undefined;
  readonly allowGids?: readonly number[] | undefined;
  /** What the server calls itself where it is asked to describe itself. */
  readonly service?: Service | undefined;
  /** What `/ipcserver/describe` replies, as it is. Default: made of the contracts that are served. */
  readonly contractDocument?: ContractDocument | undefined;
  readonly log?: ServerLog;
  /** Replies slower than this count as slow in the stats. Default 20. */
  readonly slowThresholdMs?: number;
  /** Fail the call, not the process, when a handler throws after it has returned. Default true. */
  readonly containErrors?: boolean;
  /**
   * Check what handlers of a contract return before it goes out. Default true; false sends it as it is, unknown keys and
   * all, and applies no transform of the response's schema.
   */
  readonly validateResponses?: boolean;
  /** Whom the built-in endpoints that tell most serve. Default everyone; a limit by uid needs koffi. */
  readonly builtins?: BuiltInOptions;
  /** Read through one shared buffer where this Node allows it. Default true; false is for comparing. */
  readonly sharedReadBuffer?: boolean;
}

/** {@link ServerOptions} with every default filled in. */
export type ResolvedServerOptions = Required<Omit<ServerOptions, keyof ServerLimits | 'builtins'>> &
  ServerLimits & { readonly builtins: Required<BuiltInOptions> };

/** Least and greatest value of each limit; what is absent here may be 0 to 2^31−1. */
const RANGES: Partial<Record<keyof ServerLimits, readonly [number, number]>> = {
  // A frame becomes one JavaScript string, and V8 ends at about 512 MiB.
  maxFrameBytes: [64, 256 * MIB],
  maxResponseBytes: [64, 256 * MIB],
  // V8's JSON.stringify overflows its stack from about 3,000 levels.
  maxJsonDepth: [2, 2_000],
  maxIdBytes: [1, 65_536],
  maxUriBytes: [1, 65_536],
  maxConnections: [1, 1_000_000],
  maxConnectionsPerUid: [1, 1_000_000],
  maxInFlightPerConnection: [1, 1_000_000],
  maxInFlightTotal: [1, 10_000_000],
  writeSoftBytes: [1, 1024 * MIB],
  writeHardBytes: [1, 2047 * MIB],
  slowReaderTimeoutMs: [1, 2 ** 31 - 1],
  maxBufferedBytesTotal: [MIB, Number.MAX_SAFE_INTEGER],
  frameTimeoutMs: [1, 2 ** 31 - 1],
  listenBacklog: [1, 65_535],
  framesPerTurn: [1, 100_000],
};

/** Checks every limit that `values` names. @throws OptionError naming the option, its value and the range */
export function assertLimits(
  values: Partial<Record<keyof ServerLimits, unknown>>,
): asserts values is Partial<ServerLimits> {
  for (const key of Object.keys(DEFAULT_SERVER_LIMITS) as (keyof ServerLimits)[]) {
    const value = values[key];
    if (value === undefined) continue;
    const [least, greatest] = RANGES[key] ?? [0, 2 ** 31 - 1];
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > greatest) {
      throw new OptionError(key, `is ${shown(value)}; give a whole number from ${least} to ${greatest}`);
    }
  }
}

/** What an option is where it is absent. */
const DEFAULTS = Object.freeze({
  ...DEFAULT_SERVER_LIMITS,
  socketPath: undefined,
  socketMode: 0o600,
  socketOwner: undefined,
  socketGroup: undefined,
  allowUids: undefined,
  allowGids: undefined,
  service: undefined,
  contractDocument: undefined,
  log: SILENT_LOG,
  slowThresholdMs: 20,
  containErrors: true,
  validateResponses: true,
  sharedReadBuffer: true,
  builtins: DEFAULT_BUILT_INS,
});

/** The names of all options. */
export const SERVER_OPTION_NAMES: readonly string[] = Object.freeze(Object.keys(DEFAULTS));

/** Fills in defaults and checks everything at once. @throws OptionError */
export function resolveServerOptions(options: ServerOptions): ResolvedServerOptions {
  assertOptions(options);
  assertLimits(options);
  const given = givenOf(options);
  assertNames(given, SERVER_OPTION_NAMES);
  assertShapes({ ...given });
  const fault = builtInsFault(given.builtins ?? {});
  if (fault) throw new OptionError(fault.option, fault.reason);
  const resolved: ResolvedServerOptions = {
    ...DEFAULTS,
    ...given,
    builtins: { ...DEFAULT_BUILT_INS, ...givenOf(given.builtins ?? {}) },
  };
  assertPair(resolved, 'writeSoftBytes', 'writeHardBytes');
  assertPair(resolved, 'maxResponseBytes', 'writeHardBytes');
  assertPair(resolved, 'maxFrameBytes', 'maxBufferedBytesTotal');
  assertPair(resolved, 'maxResponseBytes', 'maxBufferedBytesTotal');
  return resolved;
}

/** What is undefined is not given. */
function givenOf<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Values>;
}

function assertPair(limits: ServerLimits, less: keyof ServerLimits, more: keyof ServerLimits): void {
  if (limits[less] > limits[more]) {
    throw new OptionError(less, `is ${limits[less]}, over ${more} ${limits[more]}; lower it or raise ${more}`);
  }
}
