import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { exceedsDepth } from './json-depth';

// Thousands of random cases: a second alone, many on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** Nesting of a parsed value, by recursion. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Object.values(value).reduce<number>((deepest, member) => Math.max(deepest, depthOf(member)), 0);
}

function arrays(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

describe('exceedsDepth', () => {
  test('agrees with the depth of the parsed value, whatever its strings hold', () => {
    const text = fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', 'a', 'é'), maxLength: 12 });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 8, depthSize: 'large' },
        text,
        fc.integer(),
        fc.constant(null),
        tie('array'),
        tie('object'),
      ),
      array: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, '\t'), (data, indent) => {
        const json = JSON.stringify(data, null, indent);
        const depth = depthOf(data);
        for (const limit of [depth - 1, depth, depth + 1]) {
          if (limit >= 0) expect(exceedsDepth(json, limit), `${json} at ${limit}`).toBe(depth > limit);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([1, 2, 3, 511, 512, 513])('is exact at limit %i', (limit) => {
    const mixed = (depth: number) => '{"a":['.repeat(depth >> 1) + (depth % 2 ? '{}' : '1') + ']}'.repeat(depth >> 1);
    for (const make of [arrays, (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth), mixed]) {
      expect(exceedsDepth(make(limit - 1), limit)).toBe(false);
      expect(exceedsDepth(make(limit), limit)).toBe(false);
      expect(exceedsDepth(make(limit + 1), limit)).toBe(true);
    }
  });

  test('does not count siblings: 100,000 objects beside each other are 2 deep', () => {
    expect(exceedsDepth(`[${'{},'.repeat(100_000)}{}]`, 2)).toBe(false);
    expect(exceedsDepth(`[${'{},'.repeat(100_000)}{}]`, 1)).toBe(true);
  });

  test('answers for 5,000 and for a million levels without overflowing the stack', () => {
    expect(exceedsDepth(arrays(5_000), 512)).toBe(true);
    expect(exceedsDepth(arrays(1_000_000), 1_000_000)).toBe(false);
  });

  test.each([
    ['an unfinished string', `{"a":"${'['.repeat(100)}`],
    ['a string that ends in a backslash', `"${'['.repeat(100)}\\"`],
    ['brackets that close too often', ']'.repeat(100)],
    ['nothing', ''],
  ])('comes to an end on text that is not JSON: %s', (_, text) => {
    expect(() => exceedsDepth(text, 3)).not.toThrow();
  });

  test('is linear in backslashes and quotes', () => {
    const text = JSON.stringify([[[['\\'.repeat(200_000) + '"'.repeat(200_000) + '[{'.repeat(100_000)]]]]);
    const start = performance.now();
    expect(exceedsDepth(text, 4)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
