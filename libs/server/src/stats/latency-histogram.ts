/** Steps in each doubling: a value is known to an eighth of itself. */
const STEPS = 8;
const STEP_BITS = 3;
/** Buckets up to 2^32 µs, 71 minutes; what took longer is in the last. */
const BUCKETS = (32 - STEP_BITS + 1) * STEPS;
const MAX_MICROS = 2 ** 32 - 1;

/**
 * How long calls took: counts in buckets that are one microsecond wide at first and an eighth of their value later on,
 * so that a percentile is right to 12.5% whatever its size. Two kilobytes once something is recorded; `perf_hooks`'
 * histogram takes 27 and three times as long.
 */
export class LatencyHistogram {
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;
  /** Doubles: a busy endpoint fills 32 bits within hours. */
  #buckets: Float64Array | undefined;

  get count(): number {
    return this.#count;
  }

  get sumMs(): number {
    return this.#sumMs;
  }

  get maxMs(): number {
    return this.#maxMs;
  }

  record(ms: number): void {
    this.#buckets ??= new Float64Array(BUCKETS);
    const bucket = bucketOf(ms);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    this.#sumMs += ms;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  /**
   * The time within which a share of the calls ended, in milliseconds; 0 where there were none.
   *
   * @param share From 0 to 1, for example 0.99.
   */
  percentile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const here = this.#buckets?.[bucket] ?? 0;
      if (seen + here < rank) {
        seen += here;
        continue;
      }
      const [from, to] = [upperMicros(bucket - 1), upperMicros(bucket)];
      return Math.min((from + ((to - from) * (rank - seen)) / here) / 1000, this.#maxMs);
    }
    return 0;
  }

  /** How many calls took at most so long, for each of `boundsMicros`: powers of two, 8 or more, in ascending order. */
  cumulative(boundsMicros: readonly number[]): number[] {
    let bucket = 0;
    let sum = 0;
    return boundsMicros.map((bound) => {
      for (; bucket < BUCKETS && upperMicros(bucket) <= bound; bucket++) sum += this.#buckets?.[bucket] ?? 0;
      return sum;
    });
  }
}

/** A bucket holds the times over the {@link upperMicros} of the one before, up to its own inclusive. */
function bucketOf(ms: number): number {
  const above = Math.min(Math.max(Math.ceil(ms * 1000) - 1, 0), MAX_MICROS) >>> 0;
  if (above < STEPS) return above;
  const doubling = 31 - Math.clz32(above);
  return (doubling - STEP_BITS + 1) * STEPS + ((above >>> (doubling - STEP_BITS)) & (STEPS - 1));
}

function upperMicros(bucket: number): number {
  if (bucket < STEPS) return bucket + 1;
  const doubling = Math.floor(bucket / STEPS) + STEP_BITS - 1;
  return (STEPS + (bucket % STEPS) + 1) * 2 ** (doubling - STEP_BITS);
}
