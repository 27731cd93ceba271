import { describe, expect, test } from 'vitest';
import type { Connection, Settle } from '../systems/system';
import { applyLoad } from './load';
import { payloadNamed, type Payload } from './payload';

/** A connection that answers in its own way, later. */
function connection(answer: (payload: Payload, settle: Settle) => void): Connection {
  return {
    call: (payload, settle) => setImmediate(() => answer(payload, settle)),
    close: () => Promise.resolve(),
  };
}

const wishes = { payload: payloadNamed('small'), inFlight: 4, forMs: 10 };

describe('a load', () => {
  test('keeps so many calls in flight on each connection, each with data of its own', async () => {
    const inFlight = new Set<number>();
    let most = 0;
    const echo = (): Connection =>
      connection(({ data }, settle) => {
        most = Math.max(most, inFlight.size);
        inFlight.delete(data.n);
        settle(undefined, structuredClone(data));
      });
    const counted = [echo(), echo()].map((counting) => ({
      close: () => counting.close(),
      call(payload: Payload, settle: Settle) {
        expect(inFlight.has(payload.data.n)).toBe(false);
        inFlight.add(payload.data.n);
        counting.call(payload, settle);
      },
    }));
    const { calls, p50, p99 } = await applyLoad(counted, wishes);
    expect(most).toBe(8);
    expect(inFlight.size).toBe(0);
    expect(calls).toBeGreaterThanOrEqual(8);
    expect(p99).toBeGreaterThanOrEqual(p50);
  });

  test('makes each call at least once, however short the time', async () => {
    const echo = connection(({ data }, settle) => settle(undefined, structuredClone(data)));
    expect(await applyLoad([echo], { ...wishes, forMs: 0 })).toMatchObject({ calls: 4 });
  });

  test.each<[string, (payload: Payload, settle: Settle) => void]>([
    ['fails', (_, settle) => settle(new Error('lost'))],
    ['is answered with nothing', (_, settle) => settle(undefined, undefined)],
    ['is answered with the data of another call', ({ data }, settle) => settle(undefined, { ...data, n: data.n + 1 })],
    ['is answered with less', ({ data: { n } }, settle) => settle(undefined, { n })],
  ])('ends at the first call that %s', async (_, answer) => {
    await expect(applyLoad([connection(answer)], wishes)).rejects.toThrow(/lost|another reply came/);
  });
});
