import { describe, expect, it } from 'vitest';
import { TurnQueue, type Worker } from './turn-queue';

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Workers of which each turn takes so long by the queue's clock, of which a part only after its turn. */
function scene({ turnMs = 0, laterMs = 0 } = {}) {
  let nowMs = 0;
  const queue = new TurnQueue(() => nowMs);
  const order: string[] = [];
  const took: Record<string, number> = {};
  const worker = (name: string): Worker => ({
    takeTurn() {
      order.push(name);
      nowMs += turnMs;
      void Promise.resolve().then(() => (nowMs += laterMs));
    },
    tookTurn: (ms) => (took[name] = ms),
  });
  return { queue, order, took, worker, now: () => nowMs, pass: (ms: number) => (nowMs += ms) };
}

describe('TurnQueue', () => {
  it('works at what arrives until 5 ms are over, and again in the next round', async () => {
    const { queue, worker, now, pass } = scene();
    const [a, b] = [worker('a'), worker('b')];
    const arrives = (who: Worker): boolean => queue.mayWork(who, now(), false);
    expect(arrives(a)).toBe(true);
    pass(4.9);
    expect(arrives(b)).toBe(true);
    pass(0.1);
    expect([arrives(a), arrives(b)]).toEqual([false, false]);
    await round();
    expect([arrives(a), arrives(b)]).toEqual([true, true]);
  });

  it('lets one that is alone work without counting, unless it may go on within the round', async () => {
    const { queue, worker, now, pass } = scene();
    const a = worker('a');
    const works = (mayGoOn: boolean): boolean => {
      const may = queue.mayWork(a, now(), mayGoOn);
      pass(3);
      return may;
    };
    works(false);
    // The first of all is not known to be alone.
    await round();
    expect(Array.from({ length: 5 }, () => works(false))).toEqual([true, true, true, true, true]);
    expect(Array.from({ length: 3 }, () => works(true))).toEqual([true, true, false]);
  });

  it('gives turns in the order in which they were asked for, some 5 ms of them in a round', async () => {
    const { queue, order, worker } = scene({ turnMs: 2 });
    for (const name of 'abcdefg') queue.wait(worker(name));
    await round();
    expect(order.join('')).toBe('abc');
    queue.wait(worker('h'));
    await round();
    expect(order.join('')).toBe('abcdef');
    await round();
    expect(order.join('')).toBe('abcdefgh');
  });

  it('ends a turn after a millisecond, or its share of frames, only while somebody waits', () => {
    const { queue, worker, now, pass } = scene();
    queue.mayWork(worker('a'), now(), false);
    pass(2);
    expect(queue.mayGoOn(64, 1)).toBe(true);
    queue.wait(worker('b'));
    expect(queue.mayGoOn(1, 64)).toBe(false);
    queue.mayWork(worker('c'), now(), false);
    expect([queue.mayGoOn(1, 2), queue.mayGoOn(2, 2)]).toEqual([true, false]);
    pass(1);
    expect(queue.mayGoOn(1, 2)).toBe(false);
  });

  it('tells a worker how long its turn took with what its promises did, where another one follows', async () => {
    const { queue, took, worker, pass } = scene({ turnMs: 1, laterMs: 0.5 });
    for (const name of 'abc') queue.wait(worker(name));
    await round();
    pass(100);
    queue.wait(worker('d'));
    await round();
    expect(took).toEqual({ a: 1.5, b: 1.5 });
  });
});
