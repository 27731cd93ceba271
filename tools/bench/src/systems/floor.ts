import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { endSocket, netServer } from './net-server';
import type { Settle, System } from './system';

interface Message {
  readonly id: number;
  readonly data: unknown;
}

/**
 * The naive floor: what everybody writes first. `net`, JSON both ways, a line a message, and nothing else: no limits, no
 * deadlines, no routing, no errors. Every other system's figures are given as ratios to it.
 */
export const system: System = {
  startServer({ socketPath }) {
    return netServer(socketPath, (socket) => {
      onLines(socket, (line) => {
        const { id, data } = JSON.parse(line) as Message;
        socket.write(`${JSON.stringify({ id, data })}\n`);
      });
    });
  },

  async connect(socketPath) {
    const socket = connect(socketPath);
    await once(socket, 'connect');
    const pending = new Map<number, Settle>();
    let calls = 0;
    onLines(socket, (line) => {
      const { id, data } = JSON.parse(line) as Message;
      const settle = pending.get(id);
      pending.delete(id);
      settle?.(undefined, data);
    });
    return {
      call({ data }, settle) {
        const id = calls++;
        pending.set(id, settle);
        socket.write(`${JSON.stringify({ id, data })}\n`);
      },
      close: () => endSocket(socket),
    };
  },
};

function onLines(socket: Socket, onLine: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    rest += text;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      onLine(line);
    }
  });
}
