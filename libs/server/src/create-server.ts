import type { AddEndpointsOptions } from './endpoint/registration';
import type { EndpointHandler } from './endpoint/handle';
import type { ServerOptions } from './options';
import { Server } from './server';

/** What {@link createServer} is given. */
export interface CreateServerOptions extends ServerOptions, AddEndpointsOptions {
  /** What it serves, beside the built-in endpoints. */
  readonly endpoints: readonly EndpointHandler[];
}

/**
 * A server of typed endpoints, by itself or within another program. It does nothing yet: `await server.listen()`, or, in
 * tests, hand `server.inMemory()` to a client.
 *
 * @throws OptionError naming the option that is wrong; EndpointError if endpoints collide
 * @see docs/guides/server.md
 */
export function createServer({ endpoints, middleware, ...options }: CreateServerOptions): Server {
  const server = new Server(options);
  server.addEndpoints(endpoints, { middleware });
  return server;
}
