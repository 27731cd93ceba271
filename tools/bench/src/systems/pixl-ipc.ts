import type { EndpointReference } from '@pixl-ipc/contract';
import { createClient } from '@pixl-ipc/client';
import { createServer, handle } from '@pixl-ipc/server';
import type { PayloadKind } from '../workload/payload';
import { contracts, extraContract } from './pixl-ipc-contracts';
import type { System } from './system';

/** Which of them is called is known at run time only. */
const byKind: Readonly<Record<PayloadKind, EndpointReference<unknown, unknown, false>>> = contracts;

/** The server and the client of this project as libraries: endpoints of contracts, validated on the way in and out. */
export const system: System = {
  async startServer({ socketPath, extraEndpoints }) {
    const extra = Array.from({ length: extraEndpoints }, (_, number) => handle(extraContract(number), (data) => data));
    const server = createServer({
      socketPath,
      endpoints: [
        ...extra,
        handle(contracts.small, (data) => data),
        handle(contracts.strings, (data) => data),
        handle(contracts.text, (data) => data),
        handle(contracts.records, (data) => data),
      ],
    });
    await server.listen();
    return { stop: () => server.abort() };
  },

  async connect(socketPath) {
    const client = createClient({ socketPath });
    await client.connect();
    return {
      call({ kind, data }, settle) {
        client.call(byKind[kind], data).then(
          (reply) => settle(undefined, reply),
          (error: unknown) => settle(error as Error),
        );
      },
      close: () => client.close(),
    };
  },
};
