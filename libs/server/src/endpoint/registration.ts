import { OptionError, shown } from '../option-error';
import type { Router } from '../router/router';
import { EndpointRoute } from './endpoint-route';
import type { EndpointHandler } from './handle';
import type { Middleware } from './middleware';

/** What endpoints that are added together share. */
export interface AddEndpointsOptions {
  /** Wraps each of them, the outermost first, around the middleware of their own. */
  readonly middleware?: readonly Middleware[] | undefined;
}

/** An endpoint that cannot be added. Its message says which, why, and what to do. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  readonly code = 'endpoint_conflict';

  constructor(
    readonly uri: string,
    reason: string,
  ) {
    super(`endpoint ${uri} ${reason}`);
  }
}

/**
 * Adds endpoints to what a router serves, all of them or none.
 *
 * @throws OptionError if `endpoints` or `middleware` is no list of such
 * @throws EndpointError if one is no endpoint handler, stands twice, or an earlier route serves its URI
 */
export function addEndpoints(
  router: Router,
  endpoints: readonly EndpointHandler[],
  { middleware = [] }: AddEndpointsOptions = {},
): void {
  if (!Array.isArray(endpoints)) {
    throw new OptionError('endpoints', `is ${shown(endpoints)}; give a list of what handle(contract, …) returns`);
  }
  if (!(Array.isArray(middleware) && middleware.every((wrap) => typeof wrap === 'function'))) {
    throw new OptionError('middleware', `is ${shown(middleware)}; give a list of functions (context, next) => …`);
  }
  const routes = new Map<string, EndpointRoute>();
  for (const [index, endpoint] of (endpoints as readonly EndpointHandler[]).entries()) {
    assertEndpointHandler(endpoint, index);
    const { uri } = endpoint.contract;
    if (routes.has(uri)) throw new EndpointError(uri, 'stands twice in the list; take one of them out');
    const earlier = router.find(uri);
    if (earlier) {
      const remedy = 'take one of them out, or add the endpoint before a pattern that matches it too';
      throw new EndpointError(uri, `is served already, by '${earlier.name}'; ${remedy}`);
    }
    routes.set(uri, new EndpointRoute(endpoint, middleware));
  }
  for (const [uri, route] of routes) router.add(uri, route);
}

function assertEndpointHandler(endpoint: unknown, index: number): asserts endpoint is EndpointHandler {
  const isHandler =
    typeof endpoint === 'object' && endpoint !== null && 'contract' in endpoint && 'handler' in endpoint;
  if (isHandler) return;
  throw new EndpointError(`number ${index + 1}`, 'is no endpoint handler; give what handle(contract, …) returns');
}
