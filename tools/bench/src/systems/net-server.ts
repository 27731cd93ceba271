import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { RunningServer } from './system';

/** A plain server on a UNIX socket, for systems that are given sockets. Stopping it ends its connections. */
export async function netServer(socketPath: string, onSocket: (socket: Socket) => void): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Ends a client's socket; resolves when it is gone. */
export async function endSocket(socket: Socket): Promise<void> {
  if (socket.closed) return;
  const closed = once(socket, 'close');
  socket.end();
  await closed;
}
