import { describe, expect, it } from 'vitest';
import { ItemStream } from './item-stream';
import { Queue } from './queue';

describe('a queue', () => {
  it('gives what was added in its order, however adding and taking alternate', () => {
    const queue = new Queue<number>();
    let added = 0;
    let taken = 0;
    for (const [add, take] of [
      [3, 1],
      [2, 4],
      [1, 1],
      [5, 2],
      [4, 7],
    ] as const) {
      for (let n = 0; n < add; n++) queue.add(added++);
      for (let n = 0; n < take; n++) expect(queue.take()).toBe(taken++);
      expect(queue.size).toBe(added - taken);
    }
    expect(taken).toBe(added);
    expect(queue.take()).toBeUndefined();
  });

  it('is empty once it was cleared, and goes on', () => {
    const queue = new Queue<string>();
    for (const item of ['a', 'b', 'c']) queue.add(item);
    expect(queue.take()).toBe('a');
    queue.add('d');
    queue.clear();
    expect([queue.size, queue.take()]).toEqual([0, undefined]);
    queue.add('e');
    expect(queue.take()).toBe('e');
  });
});

describe('a stream with a large credit', () => {
  const SOURCE = { begin: () => undefined, consumed: () => undefined, cancel: () => undefined };

  /** The processor time, in milliseconds, of three times at best. */
  async function best(task: () => Promise<void>): Promise<number> {
    const times: number[] = [];
    for (let run = 0; run < 3; run++) {
      const begun = process.cpuUsage();
      await task();
      const { user, system } = process.cpuUsage(begun);
      times.push((user + system) / 1_000);
    }
    return Math.min(...times);
  }

  async function readUnread(count: number): Promise<void> {
    const stream = new ItemStream<number>(SOURCE);
    const first = stream.next();
    for (let n = 0; n < count; n++) stream.push(n);
    stream.end();
    await first;
    let read = 1;
    for await (const item of stream) if (item !== read++) throw new Error(`item ${item} came out of order`);
    expect(read).toBe(count);
  }

  it(
    'reads 200 000 items that wait in about four times the processor time of 50 000',
    { timeout: 60_000 },
    async () => {
      const few = await best(() => readUnread(50_000));
      const many = await best(() => readUnread(200_000));
      expect(many).toBeLessThan(few * 9);
    },
  );
});
