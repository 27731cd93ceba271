import { once } from 'node:events';
import { connect } from 'node:net';
import type { PayloadData } from '../workload/payload';
import { endSocket, netServer } from './net-server';
import type { Settle, System } from './system';

interface Expected {
  readonly data: PayloadData;
  readonly bytes: Buffer;
  readonly settle: Settle;
}

/**
 * Bytes through `net` and back, no messages at all: what no library can beat. The bytes of a payload are made once; each
 * reply is compared with them.
 */
export const system: System = {
  startServer({ socketPath }) {
    return netServer(socketPath, (socket) => {
      socket.on('data', (bytes) => socket.write(bytes));
    });
  },

  async connect(socketPath) {
    const socket = connect(socketPath);
    await once(socket, 'connect');
    const bytesOf = new WeakMap<PayloadData, Buffer>();
    const expected: Expected[] = [];
    let received = 0;
    let chunks: Buffer[] = [];
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      received += chunk.length;
      for (let next = expected[0]; next && received >= next.bytes.length; next = expected[0]) {
        expected.shift();
        const all = Buffer.concat(chunks);
        const { data, bytes, settle } = next;
        received -= bytes.length;
        chunks = received > 0 ? [all.subarray(bytes.length)] : [];
        if (all.compare(bytes, 0, bytes.length, 0, bytes.length) === 0) settle(undefined, data);
        else settle(new Error('other bytes came back'));
      }
    });
    return {
      call({ data }, settle) {
        let bytes = bytesOf.get(data);
        if (!bytes) bytesOf.set(data, (bytes = Buffer.from(JSON.stringify(data))));
        expected.push({ data, bytes, settle });
        socket.write(bytes);
      },
      close: () => endSocket(socket),
    };
  },
};
