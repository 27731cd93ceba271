import { expect, it } from 'vitest';
import { openServer } from '../../fixtures/open-server';

/** The same numbers every time (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

it.each(['x', 'é', '😀', '\ud800'])(
  'replies of %j of every size arrive whole and in order, whether the client reads or not',
  { timeout: 60_000 },
  async (character) => {
    const { server, connect } = await openServer(
      { '/repeat': (call) => call.reply(character.repeat(call.request.message.data as number)) },
      { writeSoftBytes: 16 * 1024 * 1024 },
    );
    const wire = await connect();
    const pick = numbers(7);
    const sizes = Array.from({ length: 300 }, () => pick(10 ** (1 + pick(5))));
    for (let at = 0; at < sizes.length; at += 30) {
      if (pick(2) === 0) wire.pause();
      await wire.send(...sizes.slice(at, at + 30).map((data, id) => ({ ipcReqID: at + id, uri: '/repeat', data })));
      if (pick(2) === 0) await expect.poll(() => server.stats.current.requests).toBeGreaterThanOrEqual(at + 30);
      wire.resume();
    }
    const replies = await wire.take(sizes.length);
    expect(replies.map(({ ipcReqID }) => ipcReqID)).toEqual(sizes.map((_, id) => id));
    const wrong = replies.filter(({ data }, id) => data !== character.toWellFormed().repeat(sizes[id] ?? 0));
    expect(wrong).toEqual([]);
    await expect.poll(() => server.load.bufferedBytes).toBe(0);
  },
);
