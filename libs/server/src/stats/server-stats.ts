import type { RequestEnvelope } from '@pixl-ipc/protocol';
import type { Route } from '../router/router';
import { CallerStats } from './caller-stats';
import { EndpointStats } from './endpoint-stats';
import { Tally } from './tally';

/** Counters of one cycle: from one call of {@link ServerStats.closeCycle} to the next. */
export interface StatsCycle {
  /** Requests that came in, whatever became of them. */
  readonly requests: number;
  readonly clientOpen: number;
  readonly clientClose: number;
  /** Most connections open at a time. */
  readonly maxConnections: number;
  /** How long the cycle was, in milliseconds. */
  readonly duration: number;
  /** Calls that took longer than the slow threshold. */
  readonly slowResponses: number;
  /** Writes that the peer was not fast enough to take. */
  readonly streamBackpressure: number;
}

/** What stats are made of. */
export interface ServerStatsParts {
  readonly slowThresholdMs: number;
  /** Where user agents are cut. */
  readonly maxUserAgentBytes: () => number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** Distinct codes that are counted by name: the 13 of the protocol, as many reasons of ours, and what handlers have. */
const MAX_CODES = 256;

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** Nothing was counted yet. */
export const EMPTY_CYCLE: StatsCycle = Object.freeze({
  requests: 0,
  clientOpen: 0,
  clientClose: 0,
  maxConnections: 0,
  duration: 0,
  slowResponses: 0,
  streamBackpressure: 0,
});

const emptyCycle = (maxConnections: number): Mutable<StatsCycle> => ({ ...EMPTY_CYCLE, maxConnections });

/** Counts what a server does: in cycles, and since it started. */
export class ServerStats {
  slowThresholdMs: number;
  /** The running cycle. */
  readonly current = emptyCycle(0);
  /** The last whole cycle. */
  last: StatsCycle = EMPTY_CYCLE;
  /** Who calls. */
  readonly callers: CallerStats;
  /** When counting began, on the clock given. */
  readonly startedAt: number;
  readonly #now: () => number;
  #cycleBegan: number;
  /** What earlier cycles add up to. */
  readonly #past = emptyCycle(0);
  #connections = 0;
  readonly #errors = new Tally(MAX_CODES);
  readonly #endpoints = new Map<string, EndpointStats>();
  readonly #endpointsByRoute = new Map<Route, EndpointStats>();

  constructor({ slowThresholdMs, maxUserAgentBytes, now }: ServerStatsParts) {
    this.slowThresholdMs = slowThresholdMs;
    this.callers = new CallerStats(maxUserAgentBytes);
    this.#now = now;
    this.startedAt = this.#cycleBegan = now();
  }

  /** Connections open now. */
  get connections(): number {
    return this.#connections;
  }

  /**
   * Error replies, refusals and forced closes since the start, by code or reason: ours and the handlers', never a caller's.
   * Codes beyond the first so many share `other`.
   */
  get errors(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#errors);
  }

  /** Endpoints that have been called, in the order of their first call. */
  get endpoints(): Iterable<EndpointStats> {
    return this.#endpoints.values();
  }

  /** How long counting has gone on, in milliseconds. */
  get uptimeMs(): number {
    return this.#now() - this.startedAt;
  }

  /** Counters since the start; `maxConnections` is the most of any cycle. */
  totals(): StatsCycle {
    return sum(this.#past, { ...this.current, duration: Math.round(this.#now() - this.#cycleBegan) });
  }

  opened(): void {
    this.current.clientOpen++;
    if (++this.#connections > this.current.maxConnections) this.current.maxConnections = this.#connections;
  }

  closed(): void {
    this.current.clientClose++;
    this.#connections--;
  }

  /** A request came in. */
  received(): void {
    this.current.requests++;
  }

  /** A call begins, of a request whose frame has `bytes`. Returns where the rest of it is counted. */
  began(route: Route, request: RequestEnvelope, bytes: number): EndpointStats {
    const stats = this.#endpointsByRoute.get(route) ?? this.#endpointOf(route);
    const caller = this.callers.of(request.message.userAgent);
    stats.calls++;
    stats.receivedBytes += bytes;
    caller.calls++;
    if (request.version === 1) {
      stats.version1Calls++;
      caller.version1Calls++;
    } else if (request.terms.contract !== undefined && isOutdated(request.terms.contract, route)) {
      stats.outdatedCalls++;
      caller.outdatedCalls++;
    }
    return stats;
  }

  /** A call has ended after `ms`, with an error where there is a code. */
  ended(endpoint: EndpointStats, ms: number, code: string | undefined): void {
    if (ms > this.slowThresholdMs) this.current.slowResponses++;
    endpoint.ended(ms, code);
  }

  error(code: string): void {
    this.#errors.add(code);
  }

  /** Ends the running cycle and begins the next. Returns the one that ended. */
  closeCycle(): StatsCycle {
    const now = this.#now();
    this.last = { ...this.current, duration: Math.round(now - this.#cycleBegan) };
    this.#cycleBegan = now;
    Object.assign(this.#past, sum(this.#past, this.last));
    Object.assign(this.current, emptyCycle(this.#connections));
    return this.last;
  }

  /** Routes that serve the same, one registered after the other, count as one endpoint. */
  #endpointOf(route: Route): EndpointStats {
    let stats = this.#endpoints.get(route.serves);
    if (!stats) this.#endpoints.set(route.serves, (stats = new EndpointStats(route.serves, route.name)));
    this.#endpointsByRoute.set(route, stats);
    return stats;
  }
}

/** `hash` is undefined where a contract has none: then nothing can be said. */
function isOutdated(got: string, { contract }: Route): boolean {
  return contract?.hash !== undefined && got !== contract.hash;
}

function sum(a: StatsCycle, b: StatsCycle): StatsCycle {
  return {
    requests: a.requests + b.requests,
    clientOpen: a.clientOpen + b.clientOpen,
    clientClose: a.clientClose + b.clientClose,
    maxConnections: Math.max(a.maxConnections, b.maxConnections),
    duration: a.duration + b.duration,
    slowResponses: a.slowResponses + b.slowResponses,
    streamBackpressure: a.streamBackpressure + b.streamBackpressure,
  };
}
