import { createInterface } from 'node:readline';
import { duplexPair, type Duplex } from 'node:stream';

/** The near end of a connection whose far end answers every request with its data; `/ping` with null. */
export function echoingPeer(requests: Record<string, unknown>[]): Duplex {
  const [near, far] = duplexPair();
  createInterface({ input: far }).on('line', (line) => {
    const request = JSON.parse(line) as Record<string, unknown>;
    requests.push(request);
    const data = request.uri === '/ping' ? null : request.data;
    far.write(`${JSON.stringify({ v: 2, ipcReqID: request.ipcReqID, data })}\n`);
  });
  return near;
}
