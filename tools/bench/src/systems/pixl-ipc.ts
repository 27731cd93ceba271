import { createClient } from '@pixl-ipc/client';
import { createRouter, Server, type Handle } from '@pixl-ipc/server';
import { PAYLOAD_KINDS } from '../workload/payload';
import type { System } from './system';

const echo: Handle = (call) => call.reply(call.request.message.data);

/** The server and the client of this project as libraries. */
export const system: System = {
  async startServer({ socketPath, extraEndpoints }) {
    const router = createRouter();
    for (let count = 0; count < extraEndpoints; count++) router.addExact(`/extra/${count}`, `extra-${count}`, echo);
    for (const kind of PAYLOAD_KINDS) router.addExact(`/bench/${kind}`, kind, echo);
    const server = new Server({ socketPath }, { router });
    await server.listen();
    return { stop: () => server.abort() };
  },

  async connect(socketPath) {
    const client = createClient({ socketPath });
    await client.connect();
    return {
      call({ kind, data }, settle) {
        client.call(`/bench/${kind}`, data).then(
          (reply) => settle(undefined, reply),
          (error: unknown) => settle(error as Error),
        );
      },
      close: () => client.close(),
    };
  },
};
