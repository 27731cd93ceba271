import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { BlockList } from './block-list';
import { BlockPool } from './block-pool';

// Random texts of several blocks: a second alone, many on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const BLOCK_BYTES = 16 * 1024;

/** Text of up to some 60 KB that need not be well-formed, of characters of one to four bytes. */
const text = fc
  .tuple(fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\ud800'), maxLength: 20 }), fc.nat(1_500))
  .map(([piece, times]) => piece.repeat(times));

describe('a list of blocks', () => {
  test('holds bytes in order, however they come in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20_000 }), { maxLength: 6 }), (chunks) => {
        const list = new BlockList(new BlockPool());
        for (const chunk of chunks) list.append(Buffer.from([0, ...chunk, 0]), 1, chunk.length + 1);
        const whole = Buffer.concat(chunks);
        expect(list.bytes).toBe(whole.length);
        expect(list.joined().equals(whole)).toBe(true);
        expect(list.head(1_024).equals(whole.subarray(0, 1_024))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('holds text as UTF-8, also where a character would be cut by the end of a block', () => {
    fc.assert(
      fc.property(fc.nat(BLOCK_BYTES), text, text, (offset, first, second) => {
        const list = new BlockList(new BlockPool());
        list.append(Buffer.alloc(offset, 'x'), 0, offset);
        list.appendText(first);
        list.appendText(second);
        const whole = Buffer.concat([Buffer.alloc(offset, 'x'), Buffer.from(first), Buffer.from(second)]);
        expect(list.bytes).toBe(whole.length);
        expect(Buffer.concat(list.pieces()).equals(whole)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('takes 4 KB for little, and at most a block more than it holds', () => {
    const memory = (list: BlockList): number => list.pieces().reduce((sum, piece) => sum + piece.buffer.byteLength, 0);
    const list = new BlockList(new BlockPool());
    list.appendText('little');
    expect(memory(list)).toBe(4_096);
    list.appendText('x'.repeat(100_000));
    expect(memory(list)).toBeLessThan(list.bytes + BLOCK_BYTES);
  });

  test('is empty when it is cleared, and its blocks are free for the next', () => {
    const pool = new BlockPool();
    const [first, second] = [new BlockList(pool), new BlockList(pool)];
    first.appendText('x'.repeat(3 * BLOCK_BYTES));
    const memory = new Set(first.pieces().map(({ buffer }) => buffer));
    first.clear();
    expect([first.bytes, first.pieces(), first.joined().length]).toEqual([0, [], 0]);
    // Once more is harmless: nothing is given back twice.
    first.clear();
    second.appendText('y'.repeat(3 * BLOCK_BYTES));
    expect(new Set(second.pieces().map(({ buffer }) => buffer))).toEqual(memory);
    expect(second.joined().toString()).toBe('y'.repeat(3 * BLOCK_BYTES));
  });
});

test('a pool keeps no more free blocks than it may, and none that are not its own', () => {
  const pool = new BlockPool({ maxFreeBlocks: 1 });
  const [first, second] = [pool.take(), pool.take()];
  pool.giveBack(Buffer.alloc(4_096));
  pool.giveBack(first);
  pool.giveBack(second);
  expect(pool.take()).toBe(first);
  expect(pool.take()).not.toBe(second);
});

test.each([
  ['little', 1_000],
  ['much', 2 * 1024 * 1024],
  ['more than is kept', 2 * 1024 * 1024 + 1],
])('a pool has room in one piece for %s, and keeps it for the next unless it is very large', (_what, bytes) => {
  const pool = new BlockPool();
  const scratch = pool.scratch(bytes);
  expect(scratch.length).toBeGreaterThanOrEqual(bytes);
  expect(pool.scratch(bytes) === scratch).toBe(bytes <= 2 * 1024 * 1024);
});
