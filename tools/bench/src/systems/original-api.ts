import type IPCServer = require('pixl-ipc');
import type IPCClient = require('pixl-ipc/client');
import { dirname } from 'node:path';
import { PAYLOAD_KINDS } from '../workload/payload';
import type { System } from './system';

type Component = InstanceType<typeof IPCServer>;
type PixlServer = new (options: object) => {
  readonly IPCServer: Component;
  startup(callback: () => void): void;
  shutdown(callback: () => void): void;
};

/**
 * A pixl-server with the component, and the client with callbacks: the original's API, whoever implements it.
 *
 * @param name Of the package, or the path of its folder.
 * @param load Loads the package, its `/client`, and the pixl-server that it uses.
 */
export function originalApi(name: string, load: (name: string) => unknown): System {
  return {
    async startServer({ socketPath, extraEndpoints }) {
      const PixlServer = load('pixl-server') as PixlServer;
      const server = new PixlServer({
        __name: 'Bench',
        __version: '1',
        config: {
          foreground: true,
          log_dir: dirname(socketPath),
          log_filename: 'bench.log',
          debug_level: 1,
          IPCServer: { socket_path: socketPath },
        },
        components: [load(name) as typeof IPCServer],
      });
      await new Promise<void>((resolve) => server.startup(resolve));
      const echo = (request: { data: unknown }, reply: (data: unknown) => void): void => reply(request.data);
      for (let count = 0; count < extraEndpoints; count++) {
        server.IPCServer.addURIHandler(`/extra/${count}`, `extra-${count}`, echo);
      }
      for (const kind of PAYLOAD_KINDS) server.IPCServer.addURIHandler(`/bench/${kind}`, kind, echo);
      return { stop: () => new Promise((resolve) => server.shutdown(resolve)) };
    },

    async connect(socketPath) {
      const Client = load(`${name}/client`) as typeof IPCClient;
      const client = new Client(socketPath);
      await client.connect();
      return {
        call({ kind, data }, settle) {
          client.send(`/bench/${kind}`, data, (error, reply) => {
            // Its errors are strings.
            settle(error ? new Error(error as string) : undefined, reply);
          });
        },
        close: () => client.close(),
      };
    },
  };
}
