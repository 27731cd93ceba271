import type { ServerLimits } from '../options';

/** Limits that a caller can meet, under the names that docs/limits.md has for them. Sizes in bytes, times in milliseconds. */
const LIMITS = {
  max_frame_bytes: 'maxFrameBytes',
  max_response_bytes: 'maxResponseBytes',
  max_json_depth: 'maxJsonDepth',
  max_id_bytes: 'maxIdBytes',
  max_uri_bytes: 'maxUriBytes',
  max_user_agent_bytes: 'maxUserAgentBytes',
  max_meta_bytes: 'maxMetaBytes',
  max_in_flight_per_connection: 'maxInFlightPerConnection',
  write_soft_bytes: 'writeSoftBytes',
  write_hard_bytes: 'writeHardBytes',
  slow_reader_timeout: 'slowReaderTimeoutMs',
  frame_timeout: 'frameTimeoutMs',
  idle_timeout: 'idleTimeoutMs',
  request_timeout: 'requestTimeoutMs',
} as const satisfies Record<string, keyof ServerLimits>;

/** What `/ipcserver/info` replies. @see docs/protocol.md#built-in-endpoints */
export interface ServerInfo {
  /** What the server's owner calls the service; null where nobody has. */
  readonly name: string | null;
  readonly version: string | null;
  /** Versions of the protocol that are spoken. */
  readonly protocol: readonly number[];
  readonly limits: Readonly<Record<keyof typeof LIMITS, number>>;
  /** Hash of the contract document; null where there is none. */
  readonly contract: string | null;
  readonly uptimeMs: number;
}

/** What {@link serverInfo} is made from. */
export interface ServerInfoParts {
  readonly service: { readonly name: string; readonly version: string } | undefined;
  readonly limits: ServerLimits;
  readonly contract: string | undefined;
  readonly uptimeMs: number;
}

export function serverInfo({ service, limits, contract, uptimeMs }: ServerInfoParts): ServerInfo {
  const entries = Object.entries(LIMITS).map(([name, option]) => [name, limits[option]]);
  return {
    name: service?.name ?? null,
    version: service?.version ?? null,
    protocol: [1, 2],
    limits: Object.fromEntries(entries) as ServerInfo['limits'],
    contract: contract ?? null,
    uptimeMs: Math.round(uptimeMs),
  };
}
