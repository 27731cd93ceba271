import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram';

const HOUR_MS = 3_600_000;

function recorded(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const ms of values) histogram.record(ms);
  return histogram;
}

describe('a latency histogram', () => {
  it('of nothing is all zeros', () => {
    const histogram = new LatencyHistogram();
    expect([histogram.count, histogram.sumMs, histogram.maxMs, histogram.percentile(0.5)]).toEqual([0, 0, 0, 0]);
    expect(histogram.cumulative([16, 32])).toEqual([0, 0]);
  });

  it.each([0.5, 0.95, 0.99])('knows percentile %d to an eighth of its value, and to a microsecond', (share) => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: HOUR_MS, noNaN: true }), { minLength: 1 }), (values) => {
        const exact = [...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1] ?? NaN;
        const got = recorded(values).percentile(share);
        expect(Math.abs(got - exact)).toBeLessThanOrEqual(Math.max(exact / 8, 0.001));
      }),
    );
  });

  it('counts exactly how many took at most so long', () => {
    const bounds = [8, 16, 32, 1_024, 2 ** 20, 2 ** 32];
    const micros = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 }), fc.constantFrom(...bounds, 9, 17, 33));
    fc.assert(
      fc.property(fc.array(micros), (values) => {
        const histogram = recorded(values.map((value) => value / 1000));
        expect(histogram.cumulative(bounds)).toEqual(
          bounds.map((bound) => values.filter((value) => value <= bound).length),
        );
      }),
    );
  });

  it('keeps sum and maximum, of calls longer than its last bucket too', () => {
    const histogram = recorded([1.5, 5 * HOUR_MS]);
    expect([histogram.count, histogram.sumMs, histogram.maxMs]).toEqual([2, 5 * HOUR_MS + 1.5, 5 * HOUR_MS]);
    expect(histogram.cumulative([2 ** 11])).toEqual([1]);
  });
});
