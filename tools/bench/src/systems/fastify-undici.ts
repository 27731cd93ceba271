import fastify from 'fastify';
import { Pool } from 'undici';
import { PAYLOAD_KINDS } from '../workload/payload';
import type { System } from './system';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** HTTP and JSON, the quickest server and client of Node.js, over a UNIX socket. */
export const system: System = {
  async startServer({ socketPath }) {
    const server = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true });
    for (const kind of PAYLOAD_KINDS) server.post(`/${kind}`, (request) => request.body);
    await server.listen({ path: socketPath });
    return { stop: () => server.close() };
  },

  async connect(socketPath) {
    const pool = new Pool('http://localhost', { socketPath });
    const request = async (kind: string, data: unknown): Promise<unknown> => {
      const { statusCode, body } = await pool.request({
        path: `/${kind}`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(data),
      });
      if (statusCode !== 200) throw new Error(`status ${statusCode}: ${await body.text()}`);
      return body.json();
    };
    // A pool connects with its first request.
    await request('small', {});
    return {
      call({ kind, data }, settle) {
        request(kind, data).then(
          (reply) => settle(undefined, reply),
          (error: unknown) => settle(error as Error),
        );
      },
      close: () => pool.close(),
    };
  },
};
