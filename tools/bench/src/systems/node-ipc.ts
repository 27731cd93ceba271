import { once } from 'node:events';
import { IPC } from 'node-ipc';
import type { Socket } from 'node:net';
import type { Settle, System } from './system';

/** node-ipc has events and no replies: the id that ties one to the other is its user's, here as elsewhere. */
interface Message {
  readonly id: number;
  readonly data: unknown;
}

const SERVER = 'bench';

/** node-ipc, the most used package of its kind: JSON events over a UNIX socket. */
export const system: System = {
  startServer({ socketPath }) {
    const ipc = quietIpc();
    return new Promise((resolve) => {
      ipc.serve(socketPath, () => {
        resolve({
          stop() {
            ipc.server.stop();
            return Promise.resolve();
          },
        });
      });
      ipc.server.on('echo', ({ id, data }: Message, socket: Socket) => {
        ipc.server.emit(socket, 'echo', { id, data });
      });
      ipc.server.start();
    });
  },

  async connect(socketPath) {
    const ipc = quietIpc();
    await new Promise<void>((resolve) => {
      ipc.connectTo(SERVER, socketPath, () => {
        resolve();
      });
    });
    const client = ipc.of[SERVER];
    if (!client) throw new Error('node-ipc has no connection');
    await new Promise<void>((resolve, reject) => {
      client.on('connect', resolve);
      client.on('error', reject);
    });
    const pending = new Map<number, Settle>();
    let calls = 0;
    client.on('echo', ({ id, data }: Message) => {
      const settle = pending.get(id);
      pending.delete(id);
      settle?.(undefined, data);
    });
    return {
      call({ data }, settle) {
        const id = calls++;
        pending.set(id, settle);
        client.emit('echo', { id, data });
      },
      async close() {
        const { socket } = client as unknown as { socket: Socket };
        const closed = once(socket, 'close');
        ipc.disconnect(SERVER);
        await closed;
      },
    };
  },
};

function quietIpc(): InstanceType<typeof IPC> {
  const ipc = new IPC();
  Object.assign(ipc.config, { silent: true, retry: 50, maxRetries: 20, maxConnections: 2_000 });
  return ipc;
}
