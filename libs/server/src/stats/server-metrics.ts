import type { EndpointStats } from './endpoint-stats';
import { Exposition, type HistogramSample, type Labels, type Samples } from './exposition';
import { writeProcessMetrics } from './process-metrics';
import type { ServerStats } from './server-stats';
import type { ServerLoad } from './stats-report';

/** From 16 µs, each twice the one before, to a little over a minute. */
const LATENCY_BOUNDS_MICROS = Array.from({ length: 23 }, (_, step) => 2 ** (step + 4));

/** What metrics are made of. */
export interface MetricsParts {
  readonly stats: ServerStats;
  readonly load: ServerLoad;
  /** What `pixl_ipc_server_info` says; texts of the server's owner. */
  readonly info: Labels;
}

/** What `/ipcserver/metrics` replies. @see docs/guides/observability.md#metrics */
export function metricsText({ stats, load, info }: MetricsParts): string {
  const to = new Exposition();
  const totals = stats.totals();
  to.gauge('pixl_ipc_server_info', 'Always 1; its labels say which service this is.', [[1, info]])
    .gauge('pixl_ipc_server_uptime_seconds', 'How long the server has counted.', [[stats.uptimeMs / 1000]])
    .gauge('pixl_ipc_server_connections', 'Connections open now.', [[stats.connections]])
    .counter('pixl_ipc_server_connections_opened_total', 'Connections accepted.', [[totals.clientOpen]])
    .counter('pixl_ipc_server_connections_closed_total', 'Connections closed.', [[totals.clientClose]])
    .counter('pixl_ipc_server_requests_total', 'Requests that came in, refused ones included.', [[totals.requests]])
    .gauge('pixl_ipc_server_requests_in_flight', 'Requests that run now.', [[load.inFlight]])
    .gauge('pixl_ipc_server_requests_waiting', 'Requests that wait for a place.', [[load.waiting]])
    .gauge('pixl_ipc_server_buffered_bytes', 'Bytes held for peers.', [[load.bufferedBytes]])
    .counter('pixl_ipc_server_slow_calls_total', 'Calls that took longer than the slow threshold.', [
      [totals.slowResponses],
    ])
    .counter('pixl_ipc_server_backpressure_total', 'Writes that a peer was not fast enough to take.', [
      [totals.streamBackpressure],
    ])
    .counter(
      'pixl_ipc_server_errors_total',
      'Error replies, refusals and forced closes, by code or reason.',
      Object.entries(stats.errors).map(([code, count]) => [count, { code }]),
    );
  writeEndpointMetrics(to, [...stats.endpoints]);
  writeProcessMetrics(to);
  return to.text;
}

function writeEndpointMetrics(to: Exposition, endpoints: readonly EndpointStats[]): void {
  const each = (value: (stats: EndpointStats) => number): Samples =>
    endpoints.map((stats) => [value(stats), { endpoint: stats.endpoint }]);
  to.counter(
    'pixl_ipc_server_calls_total',
    'Calls that ended, by code of the error; ok where there was none.',
    outcomes(endpoints),
  )
    .gauge(
      'pixl_ipc_server_calls_in_flight',
      'Calls that run now.',
      each((stats) => stats.inFlight),
    )
    .histogram(
      'pixl_ipc_server_call_duration_seconds',
      'From the start of the handler to the end of the call.',
      endpoints.map(duration),
    )
    .counter(
      'pixl_ipc_server_received_bytes_total',
      'Bytes of request frames.',
      each((stats) => stats.receivedBytes),
    )
    .counter(
      'pixl_ipc_server_sent_bytes_total',
      'Bytes of reply frames.',
      each((stats) => stats.sentBytes),
    )
    .counter(
      'pixl_ipc_server_version1_calls_total',
      'Calls by version 1 of the protocol.',
      each((stats) => stats.version1Calls),
    )
    .counter(
      'pixl_ipc_server_outdated_calls_total',
      "Calls from stubs made from another contract than the endpoint's.",
      each((stats) => stats.outdatedCalls),
    );
}

function* outcomes(endpoints: readonly EndpointStats[]): Generator<[number, Labels]> {
  for (const { endpoint, succeeded, errors } of endpoints) {
    yield [succeeded, { endpoint, code: 'ok' }];
    for (const [code, count] of errors) yield [count, { endpoint, code }];
  }
}

function duration({ endpoint, latency }: EndpointStats): HistogramSample {
  const counts = latency.cumulative(LATENCY_BOUNDS_MICROS);
  return {
    labels: { endpoint },
    buckets: LATENCY_BOUNDS_MICROS.map((micros, index) => [micros / 1e6, counts[index] ?? 0]),
    sum: latency.sumMs / 1000,
    count: latency.count,
  };
}
