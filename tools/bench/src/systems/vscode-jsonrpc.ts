import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  createMessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { PAYLOAD_KINDS } from '../workload/payload';
import { endSocket, netServer } from './net-server';
import type { System } from './system';

/** vscode-jsonrpc: JSON-RPC 2.0 as language servers speak it, over a UNIX socket. */
export const system: System = {
  startServer({ socketPath }) {
    return netServer(socketPath, (socket) => {
      const rpc = over(socket);
      for (const kind of PAYLOAD_KINDS) rpc.onRequest(kind, (data: unknown) => data);
      rpc.listen();
    });
  },

  async connect(socketPath) {
    const socket = connect(socketPath);
    await once(socket, 'connect');
    const rpc = over(socket);
    rpc.listen();
    return {
      call({ kind, data }, settle) {
        rpc.sendRequest(kind, data).then(
          (reply) => settle(undefined, reply),
          (error: unknown) => settle(error as Error),
        );
      },
      async close() {
        rpc.dispose();
        await endSocket(socket);
      },
    };
  },
};

function over(socket: Socket): MessageConnection {
  return createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
}
