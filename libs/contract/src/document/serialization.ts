import { ContractError, contractError } from '../contract-error';
import type { ContractDocument, Service } from './contract-document';
import { buildDocument } from './document-builder';
import type { EndpointSource, SchemaSource } from './endpoint-source';

/** The text of a document for a file: equal documents give equal bytes, whatever the order of their keys. */
export function serializeContractDocument(document: ContractDocument): string {
  return `${JSON.stringify(sorted(document), null, 2)}\n`;
}

/**
 * Reads a document that was parsed from JSON. What comes back is in normal form, and its hashes are its own: a document
 * that was edited by hand, or merged from two branches, is not read.
 *
 * @throws ContractError with every problem that was found
 */
export function parseContractDocument(data: unknown): ContractDocument {
  const { pixlIpc, service, hash, endpoints } = objectOf(data, '', 'the document');
  if (pixlIpc !== 1) {
    const remedy = 'read it with the version of pixl-ipc that wrote it, or generate it again';
    throw contractError('', `pixlIpc is ${JSON.stringify(pixlIpc)}, this version reads 1`, remedy);
  }
  const sources = Object.entries(objectOf(endpoints, '', 'endpoints')).map(([uri, endpoint]) =>
    sourceOf(uri, objectOf(endpoint, uri, 'an endpoint'), data),
  );
  const document = buildDocument(objectOf(service, '', 'service') as unknown as Service, sources);
  assertHashes(document, hash, endpoints as Record<string, { readonly hash?: unknown }>);
  return document;
}

function sourceOf(uri: string, endpoint: Readonly<Record<string, unknown>>, root: unknown): EndpointSource {
  const { summary, idempotent, stream, request, response, errors = {} } = endpoint;
  const source =
    (schema: unknown): SchemaSource =>
    () => ({ schema, root });
  const details = Object.entries(objectOf(errors, `${uri}#/errors`, 'errors'));
  return {
    uri,
    summary: typeof summary === 'string' ? summary : undefined,
    idempotent: idempotent === true,
    stream: stream === true,
    request: source(request),
    response: source(response),
    errors: new Map(details.map(([code, schema]) => [code, { input: source(schema), output: source(schema) }])),
  };
}

function assertHashes(
  document: ContractDocument,
  hash: unknown,
  endpoints: Readonly<Record<string, { readonly hash?: unknown }>>,
): void {
  const remedy = 'generate the document again, rather than edit it';
  const problems = Object.entries(document.endpoints)
    .filter(([uri, endpoint]) => endpoints[uri]?.hash !== endpoint.hash)
    .map(([path, endpoint]) => ({ path, reason: wrongHash(endpoints[path]?.hash, endpoint.hash), remedy }));
  if (problems.length > 0) throw new ContractError(problems);
  if (hash !== document.hash) throw contractError('', wrongHash(hash, document.hash), remedy);
}

function wrongHash(given: unknown, actual: string): string {
  return `the hash is ${JSON.stringify(given)}, but what it is of has ${JSON.stringify(actual)}`;
}

function objectOf(value: unknown, path: string, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw contractError(path, `${what} is no object`, 'give a contract document, as it was generated');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
