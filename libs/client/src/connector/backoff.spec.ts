import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/seeded-random';
import { Backoff } from './backoff';

describe('Backoff', () => {
  it('doubles its ceiling from the first to the last', () => {
    const backoff = new Backoff({ initialMs: 1_000, maxMs: 4_000, random: () => 0.5 });
    expect(Array.from({ length: 5 }, () => backoff.next())).toEqual([500, 1_000, 2_000, 2_000, 2_000]);
  });

  it('may come back at once and never waits as long as its ceiling', () => {
    const least = new Backoff({ initialMs: 100, maxMs: 5_000, random: () => 0 });
    const most = new Backoff({ initialMs: 100, maxMs: 5_000, random: () => 1 - Number.EPSILON });
    expect(least.next()).toBe(0);
    expect(most.next()).toBeLessThan(100);
  });

  it('starts over after a reset', () => {
    const backoff = new Backoff({ initialMs: 100, maxMs: 5_000, random: () => 0.5 });
    for (let attempt = 0; attempt < 4; attempt++) backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(50);
  });

  it('spreads a thousand clients evenly over the ceiling', () => {
    const random = seededRandom(1);
    const delays = Array.from({ length: 1_000 }, () => new Backoff({ initialMs: 1_000, maxMs: 4_000, random }).next());
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => delays.filter((ms) => Math.floor(ms / 100) === tenth).length,
    );
    console.log(`1,000 first delays by tenth of the ceiling: ${tenths.join(' ')}`);
    for (const count of tenths) expect(count).toBeGreaterThan(60);
  });
});
