import { once } from 'node:events';
import { connect } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { failureOf, observedClient, turns } from '../testing/open-client';
import { echo, ScriptedServer } from '../testing/scripted-server';
import { socketDialer } from './socket-dialer';

/** Who serves is told by the test, not by the kernel. */
function credentialsOf(uid: number | null) {
  return { available: () => true, read: () => (uid === null ? null : { pid: 7, uid, gid: uid }) };
}

describe('socketDialer', () => {
  it('asks once whose the server is, when it has answered', async () => {
    const { socketPath } = await ScriptedServer.start();
    const expectUid = process.getuid?.() ?? 0;
    for (const [uid, refused] of [
      [expectUid, false],
      [expectUid + 1, true],
      [null, true],
    ] as const) {
      const dialer = socketDialer({ socketPath, expectUid, credentials: credentialsOf(uid) });
      const stream = dialer.dial(() => true);
      await once(stream, 'connect');
      expect(dialer.refusal(stream)?.code).toBe(refused ? 'permission_denied' : undefined);
      stream.destroy();
    }
  });

  it('does not knock where the path is somebody else’s', async () => {
    const server = await ScriptedServer.start();
    const dialer = socketDialer({ socketPath: server.socketPath, expectUid: 4_000_000_000 });
    const [error] = (await once(
      dialer.dial(() => true),
      'error',
    )) as [Error];
    expect(error).toMatchObject({ code: 'permission_denied' });
    await turns();
    expect(server.peers).toEqual([]);
  });
});

describe('a transport', () => {
  it('carries calls over any stream', async () => {
    const openPair = (): Duplex => {
      const [client, server] = duplexPair();
      server.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.trimEnd().split('\n')) {
          const { ipcReqID, data } = JSON.parse(line) as { ipcReqID: string; data: unknown };
          server.write(`${JSON.stringify({ v: 2, ipcReqID, data })}\n`);
        }
      });
      return client;
    };
    const { client, states } = observedClient({ transport: { connect: openPair, describe: 'a pair' } });
    const data = { text: 'é'.repeat(100_000) };
    expect(await Promise.all([client.call('/x', 1), client.call('/x', data)])).toEqual([1, data]);
    await client.close();
    expect(states).toEqual(['connecting', 'open', 'closed']);
  });

  it('waits for a stream that still connects', async () => {
    const server = await ScriptedServer.start(echo);
    const transport = { connect: () => connect(server.socketPath), describe: 'a socket of the test' };
    const { client } = observedClient({ transport });
    expect(await client.call('/x', 1)).toBe(1);
  });

  it.each<[string, () => Duplex]>([
    [
      'throws',
      () => {
        throw new Error('no server today');
      },
    ],
    ['fails', () => duplexPair()[0].destroy(new Error('no server today'))],
  ])('says why a connect() that %s gives no connection', async (_, fail) => {
    const { client } = observedClient({ transport: { connect: fail, describe: 'a test' } });
    const failure = await failureOf(client.connect());
    expect(failure).toMatchObject({ code: 'unavailable', sent: false });
    expect(failure.message).toBe('cannot connect to a test: no server today');
  });
});
