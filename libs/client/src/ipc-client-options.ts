import { credentialsAvailable } from '@pixl-ipc/credentials';
import { nearestName, type Transport } from '@pixl-ipc/protocol';
import { randomBytes } from 'node:crypto';
import type { Interceptor } from './interceptor';
import {
  DEFAULT_CLIENT_SETTINGS,
  withDefaults,
  wrongNumber,
  wrongSettings,
  wrongSocketPath,
  type ClientSettings,
} from './options';
import { shownValue } from './shown-value';
import type { Dialer } from './transport/dialer';
import { socketDialer } from './transport/socket-dialer';
import { transportDialer } from './transport/transport-dialer';

/** The server's UNIX socket. */
export interface SocketTarget {
  /** At most 107 bytes. */
  readonly socketPath: string;
  /**
   * The user id whose the server must be, as the socket's owner, its directory's, and the kernel say; anything else is
   * `permission_denied`, and nothing is sent. Needs Linux and the optional package koffi.
   */
  readonly expectUid?: number | undefined;
  readonly transport?: never;
}

/** A server that is reached in another way, such as one in memory. */
export interface TransportTarget {
  readonly transport: Transport;
  readonly socketPath?: never;
  readonly expectUid?: never;
}

/** What {@link createClient} takes: where the server is, and any of the settings. */
export type IpcClientOptions = (SocketTarget | TransportTarget) &
  Partial<ClientSettings> & {
    /** Stand around every call, the first one outermost. */
    readonly interceptors?: readonly Interceptor[];
    /** What the ids of a new connection begin with, other than those of any other. Default 8 random characters. */
    readonly newIdPrefix?: () => string;
  };

/** What an {@link IpcClient} is made of. */
export interface IpcClientParts {
  readonly settings: ClientSettings;
  readonly dialer: Dialer;
  readonly interceptors: readonly Interceptor[];
  readonly newIdPrefix: () => string;
}

/** Not guessed, and not met again: the ids of another connection never pass for ours. */
const ID_PREFIX_BYTES = 6;
const MAX_UID = 2 ** 32 - 2;
const NAMES: readonly string[] = Object.keys({
  socketPath: true,
  transport: true,
  expectUid: true,
  ...DEFAULT_CLIENT_SETTINGS,
  interceptors: true,
  newIdPrefix: true,
} satisfies Record<keyof IpcClientOptions, unknown>);

/**
 * Fills in defaults and checks everything at once.
 *
 * @throws TypeError naming every wrong option, its value and what to give instead
 */
export function resolveIpcClientOptions(options: IpcClientOptions): IpcClientParts {
  const settings = withDefaults(options);
  const wrong = [
    ...unknownNames(options),
    ...wrongTarget(options),
    ...wrongSettings(settings),
    ...wrongInterceptors(options.interceptors),
  ];
  if (wrong.length > 0) throw new TypeError(wrong.join('\n'));
  const { transport, socketPath, expectUid, interceptors = [], newIdPrefix = randomPrefix } = options;
  return {
    settings,
    dialer: transport ? transportDialer(transport) : socketDialer({ socketPath, expectUid }),
    interceptors,
    newIdPrefix,
  };
}

/** Callers without types may give both, or neither. */
interface AnyTarget {
  readonly socketPath?: unknown;
  readonly transport?: unknown;
  readonly expectUid?: number | undefined;
}

function wrongTarget({ socketPath, transport, expectUid }: AnyTarget): string[] {
  if (transport === undefined) return [...wrongSocketPath(socketPath), ...wrongExpectUid(expectUid)];
  if (socketPath !== undefined || expectUid !== undefined) {
    return ['transport is given; give either transport, or socketPath and what goes with it'];
  }
  const isTransport = typeof transport === 'object' && transport !== null && 'connect' in transport;
  return isTransport ? [] : ['transport has no connect(); give one, such as an in-memory server has'];
}

/** An option that nobody reads would leave its caller with a default, unnoticed. */
function unknownNames(options: object): string[] {
  return Object.keys(options)
    .filter((name) => !NAMES.includes(name))
    .map((name) => {
      const nearest = nearestName(name, NAMES);
      return `${name} is no option; ${nearest ? `did you mean ${nearest}?` : `there are ${NAMES.join(', ')}`}`;
    });
}

function wrongInterceptors(interceptors: unknown): string[] {
  if (interceptors === undefined) return [];
  const isList = Array.isArray(interceptors) && interceptors.every((one) => typeof one === 'function');
  return isList ? [] : [`interceptors is ${shownValue(interceptors)}; give an array of functions (call, next) => …`];
}

function wrongExpectUid(expectUid: number | undefined): string[] {
  if (expectUid === undefined) return [];
  const wrong = wrongNumber('expectUid', expectUid, [0, MAX_UID]);
  if (wrong.length > 0 || credentialsAvailable()) return wrong;
  // Better none than one that only looks at names.
  return [`expectUid is ${expectUid}, and whose a server is cannot be asked here; use Linux and install koffi`];
}

function randomPrefix(): string {
  return randomBytes(ID_PREFIX_BYTES).toString('base64url');
}
