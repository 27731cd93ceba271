import type { IpcError } from '@pixl-ipc/protocol';
import { describe, expect, it } from 'vitest';
import { observedClient } from './testing/open-client';
import { ScriptedServer, silent, type Peer, type Script, type SeenRequest } from './testing/scripted-server';
import { seededRandom } from './testing/seeded-random';

const CALLS = 2_000;
const IN_FLIGHT = 20;
const TIMEOUT_MS = 50;

const later = (run: () => void): void => void setTimeout(run, 5);

/** What a bad server does with a request; an answer is always the request's own data. */
const FAULTS: Readonly<Record<string, Script>> = {
  answers: (request, peer) => peer.reply(request, request.data),
  'answers later': (request, peer) => later(() => peer.reply(request, request.data)),
  'answers after the deadline': (request, peer) =>
    void setTimeout(() => peer.reply(request, request.data), 2 * TIMEOUT_MS),
  'answers twice': (request, peer) => {
    peer.reply(request, request.data);
    peer.reply(request, 'again');
  },
  'answers somebody else': (request, peer) => {
    peer.reply({ ...request, ipcReqID: '__proto__' }, 'stray');
    peer.reply(request, request.data);
  },
  'answers in pieces': (request, peer) => {
    for (const byte of Buffer.from(`${JSON.stringify({ ipcReqID: request.ipcReqID, data: request.data })}\n`)) {
      peer.socket.write(Buffer.of(byte));
    }
  },
  'never answers': silent,
  'says nonsense': (request, peer) => {
    peer.write('\u0000nonsense\n[]\n');
    peer.reply(request, request.data);
  },
};

/** Rarer: each ends everything in flight. */
const ENDINGS: Readonly<Record<string, Script>> = {
  FIN: (_request, peer) => peer.socket.end(),
  'a kill': (_request, peer) => peer.socket.destroy(),
  'an end within a reply': ({ ipcReqID }, peer) => peer.socket.end(`{"ipcReqID":"${ipcReqID}","data":`),
};

describe('IpcClient, every fault at once', () => {
  it('settles each of 2,000 calls exactly once, and never with the reply of another', async () => {
    const random = seededRandom(20_260_101);
    const pick = (scripts: typeof FAULTS): Script =>
      Object.values(scripts)[Math.floor(random() * Object.keys(scripts).length)] ?? silent;
    const server = await ScriptedServer.start((request: SeenRequest, peer: Peer) => {
      if (!peer.socket.writable) return;
      pick(random() < 0.01 ? ENDINGS : FAULTS)(request, peer);
    });
    const { client } = observedClient({
      socketPath: server.socketPath,
      requestTimeoutMs: TIMEOUT_MS,
      reconnectInitialMs: 2,
      reconnectMaxMs: 4,
      random,
    });

    const settled = new Map<number, string[]>();
    let latestMs = 0;
    const call = async (n: number): Promise<void> => {
      const begun = performance.now();
      const settle = (outcome: string): void => {
        settled.set(n, [...(settled.get(n) ?? []), outcome]);
        latestMs = Math.max(latestMs, performance.now() - begun);
      };
      await client.call('/x', { n }).then(
        (data) => settle((data as { n: number }).n === n ? 'ok' : 'wrong reply'),
        (error: unknown) => settle((error as IpcError).code),
      );
    };
    let next = 0;
    const caller = async (): Promise<void> => {
      while (next < CALLS) {
        const n = next++;
        await call(n);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, caller));

    const outcomes = [...settled.values()];
    const tally = new Map<string, number>();
    for (const [outcome = ''] of outcomes) tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
    const counts = [...tally].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
    console.log(
      `${CALLS} calls, ${server.peers.length} connections: ${counts}; the latest took ${latestMs.toFixed()} ms`,
    );
    expect(settled.size).toBe(CALLS);
    expect(outcomes.every((list) => list.length === 1)).toBe(true);
    expect([...tally.keys()].sort()).toEqual(['deadline_exceeded', 'ok', 'unavailable']);
    expect(client.pendingCalls).toBe(0);
  });
});
