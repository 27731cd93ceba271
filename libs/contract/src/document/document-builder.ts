import { contractError, together } from '../contract-error';
import { contractHash } from '../contract-hash';
import type { AnyEndpoint } from '../endpoint/endpoint';
import type { ContractDocument, Service } from './contract-document';
import { assertDocumentNames } from './document-names';
import { documentEndpoint, type EndpointDocument } from './endpoint-document';
import { sourceOf, type EndpointSource } from './endpoint-source';
import { mergedTypes } from './merged-types';

/** What {@link contractDocument} is given. */
export interface ContractDocumentOptions {
  readonly service: Service;
  readonly endpoints: Iterable<AnyEndpoint>;
  /** What each endpoint is for, by its URI. A program cannot read doc comments; extraction does. */
  readonly summaries?: ReadonlyMap<string, string>;
}

/**
 * The contract document of endpoints, in any order: the same endpoints give the same document.
 *
 * @throws ContractError with every problem that was found, where a schema is outside the supported subset, or generated
 * code could not name everything
 */
export function contractDocument({ service, endpoints, summaries }: ContractDocumentOptions): ContractDocument {
  return buildDocument(
    service,
    Array.from(endpoints, (endpoint) => sourceOf(endpoint, summaries?.get(endpoint.uri))),
  );
}

/** @throws ContractError as {@link contractDocument} */
export function buildDocument(service: Service, sources: readonly EndpointSource[]): ContractDocument {
  assertService(service);
  const documents = together(sources.map((source) => () => documentEndpoint(source))).sort(byUri);
  const types = mergedTypes(documents.map(({ uri, types }) => ({ at: uri, types })));
  assertDocumentNames(documents, types);
  const hashes = Object.fromEntries(documents.map(({ uri, endpoint }) => [uri, endpoint.hash]));
  return {
    pixlIpc: 1,
    service: { name: service.name, version: service.version },
    hash: contractHash(hashes),
    endpoints: Object.fromEntries(documents.map(({ uri, endpoint }) => [uri, endpoint])),
    types: Object.fromEntries(types),
  };
}

function assertService({ name, version }: Service): void {
  for (const [key, value] of Object.entries({ name, version })) {
    if (typeof value === 'string' && value.trim() !== '') continue;
    throw contractError('', `service.${key} is ${JSON.stringify(value)}`, 'give a text');
  }
}

function byUri(a: EndpointDocument, b: EndpointDocument): number {
  return a.uri < b.uri ? -1 : 1;
}
