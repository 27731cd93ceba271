import type { CallerRow } from './caller-stats';
import type { EndpointStats } from './endpoint-stats';
import type { ServerStats, StatsCycle } from './server-stats';

/** What a server holds at this instant. */
export interface ServerLoad {
  /** Requests that run. */
  readonly inFlight: number;
  /** Requests that wait for a place. */
  readonly waiting: number;
  /** Bytes held for peers. */
  readonly bufferedBytes: number;
}

/** What `/ipcserver/stats` replies. Counts are since the server started. @see docs/guides/observability.md#stats */
export interface StatsReport {
  /** RFC 3339, UTC. */
  readonly since: string;
  /** Connections open now. */
  readonly connections: number;
  readonly load: ServerLoad;
  readonly totals: StatsCycle;
  /** Error replies, refusals and forced closes, by code or reason. */
  readonly errors: Readonly<Record<string, number>>;
  /** By URI, or by pattern. Only those that have been called. */
  readonly endpoints: Readonly<Record<string, EndpointReport>>;
  /** By user agent; the first 64 distinct ones, then `other`. */
  readonly callers: readonly CallerRow[];
}

/** One endpoint in a {@link StatsReport}. */
export interface EndpointReport {
  /** What the handler was registered as. */
  readonly handler: string;
  readonly calls: number;
  readonly inFlight: number;
  readonly succeeded: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly version1Calls: number;
  readonly outdatedCalls: number;
  /** Milliseconds from the start of the handler to the end of the call. Percentiles are right to 12.5%. */
  readonly latencyMs: {
    readonly mean: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
}

/** @param now Milliseconds since the epoch. */
export function statsReport(stats: ServerStats, load: ServerLoad, now: number): StatsReport {
  return {
    since: new Date(now - stats.uptimeMs).toISOString(),
    connections: stats.connections,
    load,
    totals: stats.totals(),
    errors: stats.errors,
    endpoints: Object.fromEntries(
      [...stats.endpoints].map((endpoint) => [endpoint.endpoint, endpointReport(endpoint)]),
    ),
    callers: stats.callers.rows(),
  };
}

function endpointReport(stats: EndpointStats): EndpointReport {
  const { latency } = stats;
  return {
    handler: stats.handler,
    calls: stats.calls,
    inFlight: stats.inFlight,
    succeeded: stats.succeeded,
    errors: Object.fromEntries(stats.errors),
    receivedBytes: stats.receivedBytes,
    sentBytes: stats.sentBytes,
    version1Calls: stats.version1Calls,
    outdatedCalls: stats.outdatedCalls,
    latencyMs: {
      mean: toMicros(latency.count === 0 ? 0 : latency.sumMs / latency.count),
      p50: toMicros(latency.percentile(0.5)),
      p95: toMicros(latency.percentile(0.95)),
      p99: toMicros(latency.percentile(0.99)),
      max: toMicros(latency.maxMs),
    },
  };
}

/** Milliseconds with three digits: what is behind them is noise. */
function toMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
