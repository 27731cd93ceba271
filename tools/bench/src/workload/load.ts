import equal from 'fast-deep-equal';
import type { Connection } from '../systems/system';
import { percentile } from '../statistics';
import type { Payload } from './payload';

/** Calls over some connections, so many in flight on each, for some time. */
export interface LoadWishes {
  readonly payload: Payload;
  readonly inFlight: number;
  readonly forMs: number;
}

/** What a load has shown. */
export interface LoadFigures {
  readonly calls: number;
  readonly elapsedMs: number;
  /** From the call to its reply, in microseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Keeps calls in flight until the time is over, then waits for the last reply. However short the time, each makes one call. The check of a reply is no part of its
 * latency, and the same for every system.
 *
 * @throws Error at the first call that fails or is answered with other data
 */
export async function applyLoad(
  connections: readonly Connection[],
  { payload, inFlight, forMs }: LoadWishes,
): Promise<LoadFigures> {
  const latencies: number[] = [];
  let numbers = 0;
  const start = performance.now();
  const end = start + forMs;
  const slots = connections.flatMap((connection) =>
    Array.from({ length: inFlight }, () => {
      // Its own data: what is in flight must not change.
      const { kind, data } = structuredClone(payload);
      const own = { kind, data };
      return new Promise<void>((resolve, reject) => {
        const next = (): void => {
          data.n = numbers++;
          const sent = performance.now();
          connection.call(own, (error, reply) => {
            const received = performance.now();
            latencies.push((received - sent) * 1_000);
            if (error) reject(error);
            else if (!equal(reply, data))
              reject(new Error(`another reply came than ${JSON.stringify(data).slice(0, 99)}`));
            else if (received < end) next();
            else resolve();
          });
        };
        next();
      });
    }),
  );
  await Promise.all(slots);
  const elapsedMs = performance.now() - start;
  latencies.sort((a, b) => a - b);
  return { calls: latencies.length, elapsedMs, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}
