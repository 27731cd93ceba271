import type { AddEndpointsOptions } from './endpoint/registration';
import type { EndpointHandler } from './endpoint/handle';
import { assertNames, assertOptions } from './option-shapes';
import { SERVER_OPTION_NAMES, type ServerOptions } from './options';
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
export function createServer(options: CreateServerOptions): Server {
  assertOptions(options);
  assertNames(options, [...SERVER_OPTION_NAMES, 'endpoints', 'middleware']);
  const { endpoints, middleware, ...serverOptions } = options;
  const server = new Server(serverOptions);
  server.addEndpoints(endpoints, { middleware });
  return server;
}
