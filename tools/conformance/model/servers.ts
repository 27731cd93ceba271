import { endpoint } from '@pixl-ipc/contract';
import { createServer, handle, type Server } from '@pixl-ipc/server';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { z } from 'zod';

const request = z.object({
  key: z.string(),
  heeds: z.boolean(),
  items: z.int(),
  then: z.enum(['end', 'fail', 'hang']),
});

/** Is answered when a step says so. */
export const held = endpoint('/model/held', { request, response: z.object({ key: z.string() }) });
/** Yields its items as fast as it may. */
export const listed = endpoint('/model/listed', { request, response: z.int(), stream: true });

/** How many requests of a connection may run at a time; of all connections, one more. */
export const CAP = 2;
/** Of each stream. */
export const CREDIT = 3;

/** What handlers do, in the hands of whoever runs the model. */
export interface Handlers {
  held(input: z.output<typeof request>, signal: AbortSignal): Promise<{ key: string }>;
  listed(input: z.output<typeof request>, signal: AbortSignal): AsyncIterable<number>;
}

/** A server of the model, few of whose requests may run at a time, and a way to it. */
export interface ModelServer {
  readonly server: Server;
  readonly dial: () => Duplex;
  going: boolean;
}

/** @param socketPath Where it listens; undefined: it is reached in memory. */
export async function startServer(handlers: Handlers, socketPath: string | undefined): Promise<ModelServer> {
  const server = createServer({
    ...(socketPath !== undefined && { socketPath }),
    maxInFlightPerConnection: CAP,
    maxInFlightTotal: CAP + 1,
    requestTimeoutMs: 2_000,
    drainGraceMs: 50,
    drainTimeoutMs: 1_000,
    endpoints: [
      handle(held, (input, { signal }) => handlers.held(input, signal)),
      handle(listed, (input, { signal }) => handlers.listed(input, signal)),
    ],
  });
  if (socketPath === undefined) {
    const transport = server.inMemory();
    return { server, dial: () => transport.connect(), going: false };
  }
  await server.listen();
  return { server, dial: () => connect(socketPath), going: false };
}
