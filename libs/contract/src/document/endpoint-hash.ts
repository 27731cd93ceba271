import { ContractError } from '../contract-error';
import type { AnyEndpoint } from '../endpoint/endpoint';
import { documentEndpoint } from './endpoint-document';
import { sourceOf } from './endpoint-source';

/**
 * The hash of an endpoint, as its contract document has it. Computed once for each endpoint, when it is first asked for.
 *
 * @throws ContractError where a schema is outside the supported subset
 */
export function endpointHash(endpoint: AnyEndpoint): string {
  return endpoint.hash ?? hashOf(endpoint);
}

/** Gives the hash of an endpoint, computed at the first call; undefined where a schema is outside the supported subset. */
export function lazyHash(endpoint: AnyEndpoint): () => string | undefined {
  let known: { readonly hash: string | undefined } | undefined;
  return () => (known ??= { hash: hashIfSupported(endpoint) }).hash;
}

function hashIfSupported(endpoint: AnyEndpoint): string | undefined {
  try {
    return hashOf(endpoint);
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
}

function hashOf(endpoint: AnyEndpoint): string {
  return documentEndpoint(sourceOf(endpoint)).endpoint.hash;
}
