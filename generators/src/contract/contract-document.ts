import type { ContractDocument } from '@pixl-ipc/contract';
import { assertErrorCode } from './error-code';
import { contractError, together } from './library/contract-error';
import { assertDistinctUris, assertEndpointUri, type EndpointUri } from './library/endpoint-uri';
import { jsonPointer } from './library/json-pointer';
import { assertSchema, resolvedSchema } from './schema-check';

/** What hashes of contracts look like. */
const HASH = /^[0-9a-f]{12}$/;
const TYPE_NAME = /^[A-Z][A-Za-z0-9]*$/;

/**
 * Reads a contract document for generating code. Checks that the document has the form that code is generated from, so
 * that nothing in it can surprise a generator; whether its hashes are right, the contract library checks that writes it.
 *
 * @param text What `ipc-contract.json` holds.
 * @throws ContractError with every problem that was found, each with its path and a remedy
 * @see docs/guides/contracts.md#the-contract-document
 */
export function parseContractDocument(text: string): ContractDocument {
  const document = objectOf(jsonOf(text), '', 'the document');
  if (document.pixlIpc !== 1) {
    const remedy = 'update pixl-ipc here, or generate the document again';
    throw contractError('', `pixlIpc is ${JSON.stringify(document.pixlIpc)}, this version reads 1`, remedy);
  }
  assertWellFormed(document, '');
  const endpoints = Object.entries(objectOf(document.endpoints, '', 'endpoints'));
  const types = objectOf(document.types, '', 'types');
  together([
    () => {
      assertService(document.service);
      assertHash(document.hash, '');
    },
    () => {
      assertUris(endpoints.map(([uri]) => uri));
    },
    ...Object.entries(types).map(([name, schema]) => () => {
      assertType(name, schema, types);
    }),
  ]);
  together(
    endpoints.map(([uri, endpoint]) => () => {
      assertEndpoint(uri, objectOf(endpoint, uri, 'an endpoint'), types);
    }),
  );
  return document as unknown as ContractDocument;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw contractError('', `is no JSON: ${String(error)}`, 'generate the document again');
  }
}

function assertService(service: unknown): void {
  const { name, version } = objectOf(service, '', 'service');
  for (const [key, value] of Object.entries({ name, version })) {
    if (typeof value === 'string' && value.trim() !== '') continue;
    throw contractError('', `service.${key} is ${JSON.stringify(value)}`, 'give the daemon a name and a version');
  }
}

function assertUris(uris: readonly string[]): void {
  for (const uri of uris) assertEndpointUri(uri);
  assertDistinctUris(uris as readonly EndpointUri[]);
}

function assertType(name: string, schema: unknown, types: Readonly<Record<string, unknown>>): void {
  const at = `#${jsonPointer('types', name)}`;
  if (!TYPE_NAME.test(name)) {
    throw contractError(at, 'the name of a type does not match [A-Z][A-Za-z0-9]*', 'rename it in the contract');
  }
  assertSchema(schema, at, types);
  if (resolvedSchema(schema, types) === undefined) throw contractError(at, 'is only itself', 'say what it is');
}

function assertEndpoint(
  uri: string,
  endpoint: Readonly<Record<string, unknown>>,
  types: Readonly<Record<string, unknown>>,
): void {
  const { summary, hash, idempotent, stream, request, response, errors } = endpoint;
  const errorSchemas = Object.entries(objectOf(errors, `${uri}#/errors`, 'errors'));
  together([
    () => {
      assertHash(hash, uri);
      if (summary !== undefined && typeof summary !== 'string') throw wrong(uri, 'summary', summary);
      for (const [key, flag] of Object.entries({ idempotent, stream })) {
        if (flag !== undefined && typeof flag !== 'boolean') throw wrong(uri, key, flag);
      }
    },
    () => {
      assertSchema(request, `${uri}#/request`, types);
      const object = resolvedSchema(request, types);
      if (object?.type === 'object' && 'properties' in object) return;
      throw contractError(`${uri}#/request`, 'a request has to be an object', 'put what it is now under a key');
    },
    () => {
      assertSchema(response, `${uri}#/response`, types);
    },
    ...errorSchemas.map(([code, details]) => () => {
      const at = `${uri}#${jsonPointer('errors', code)}`;
      assertErrorCode(code, at);
      assertSchema(details, at, types);
    }),
  ]);
}

function assertHash(hash: unknown, at: string): void {
  if (typeof hash !== 'string' || !HASH.test(hash)) throw wrong(at, 'hash', hash);
}

/** Text that is no Unicode cannot stand in a file of source code. */
function assertWellFormed(value: unknown, at: string): void {
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw contractError(`#${at}`, 'holds a lone surrogate, which is no text', 'correct it in the contract');
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    assertWellFormed(key, at);
    assertWellFormed(member, `${at}${jsonPointer(key)}`);
  }
}

function objectOf(value: unknown, at: string, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw contractError(at, `${what} is no object`, 'generate the document again');
}

function wrong(at: string, key: string, value: unknown): Error {
  return contractError(at, `${key} is ${JSON.stringify(value)}`, 'generate the document again');
}
