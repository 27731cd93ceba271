import { describe, expect, it } from 'vitest';
import { ECHO, openServer } from '../../fixtures/open-server';
import { ownTime } from '../../fixtures/own-time';

describe.each([true, false])('connections, with sharedReadBuffer %s', (sharedReadBuffer) => {
  it.each([1, 4, 64])('have turns of %i frames while several of them ask', async (framesPerTurn) => {
    const order: unknown[] = [];
    const { connect } = await openServer(
      {
        '/note': (call) => {
          order.push(call.request.message.data);
          call.reply(null);
        },
      },
      { sharedReadBuffer, framesPerTurn },
    );
    const names = ['a', 'b', 'c'];
    const wires = await Promise.all(names.map(() => connect()));
    const asks = (data: string): object[] =>
      Array.from({ length: 500 }, (_, ipcReqID) => ({ ipcReqID, uri: '/note', data }));
    await Promise.all(wires.map((wire, index) => wire.send(...asks(names[index] ?? ''))));
    const replies = await Promise.all(wires.map((wire) => wire.take(500)));
    for (const of of replies) expect(of.map(({ ipcReqID }) => ipcReqID)).toEqual(asks('').map((_, index) => index));

    // The last connection is alone at the end; until then nobody has more than a turn, or two that meet.
    const contested = order.slice(0, 1_200);
    let [longest, run] = [0, 0];
    for (const [index, name] of contested.entries()) {
      run = name === contested[index - 1] ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
    expect(longest).toBeLessThanOrEqual(2 * framesPerTurn);
  });

  it('are served while another floods, and while it does so with blank lines or bad ones', async () => {
    const { connect } = await openServer({}, { sharedReadBuffer });
    const [flood, blank, bad, good] = await Promise.all([connect(), connect(), connect(), connect()]);
    const request = `${JSON.stringify({ ipcReqID: 1, uri: ECHO, data: 1 })}\n`;
    let isFlooding = true;
    const floods = [
      [flood, request.repeat(2_000)],
      [blank, '\n'.repeat(100_000)],
      [bad, 'x\n'.repeat(2_000)],
    ] as const;
    const flooding = floods.map(async ([wire, text]) => {
      while (isFlooding && (await wire.write(text)));
    });
    const times: number[] = [];
    const ownMs = ownTime();
    for (let count = 0; count < 30; count++) {
      const startMs = ownMs();
      await good.write(request);
      await good.next();
      times.push(ownMs() - startMs);
    }
    isFlooding = false;
    for (const [wire] of floods) wire.destroy();
    await Promise.all(flooding);
    // Client and server share this thread, so this is far from what a client of its own sees.
    expect(times.sort((a, b) => a - b)[15]).toBeLessThan(500);
  });
});
