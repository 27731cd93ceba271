import { scriptedServer, type LineSocket, type ScriptedServer } from '@pixl-ipc/testkit';

/** A request as it came. */
export interface SeenRequest {
  readonly ipcReqID: string;
  readonly uri: string;
  readonly data: unknown;
}

/** A server in the test's hands that writes what `answer` returns for each request, exactly those bytes. */
export function answeringServer(
  path: string,
  answer: (request: SeenRequest, peer: LineSocket) => string,
): Promise<ScriptedServer> {
  return scriptedServer(path, async (peer) => {
    for (let count = 1; ; count++) {
      // Until the client has gone.
      const lines = await peer.waitForLines(count, { timeoutMs: 60_000 }).catch(() => []);
      const line = lines[count - 1];
      if (line === undefined) return;
      await peer.write(answer(JSON.parse(line) as SeenRequest, peer));
    }
  });
}
