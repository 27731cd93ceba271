import type { ContractDocument, DocumentedEndpoint } from '@pixl-ipc/contract';
import { className, propertyName } from '../contract/library/generated-name';
import { resolvedSchema } from '../contract/schema-check';
import type { ClientModel, EndpointModel, ErrorModel, NamespaceModel } from './client-model';
import { Declarations } from './declarations';
import { sortedEntries } from './sorted-entries';

/**
 * What a client of the document's daemon consists of.
 *
 * @param document As `parseContractDocument` gives it.
 * @throws ContractError if a union in it has members that cannot be told apart
 */
export function buildModel(document: ContractDocument): ClientModel {
  const declarations = new Declarations(document.types);
  const errors = errorModels(document, declarations);
  const endpoints = sortedEntries(document.endpoints).map(([uri, endpoint]) => ({
    segments: uri.split('/').slice(1),
    model: endpointModel(uri, endpoint, document, declarations, errors),
  }));
  return {
    service: document.service.name,
    version: document.service.version,
    hash: document.hash,
    root: namespaceModel([], endpoints),
    declarations: declarations.all(),
    errors: [...errors.values()],
  };
}

interface PlacedEndpoint {
  readonly segments: readonly string[];
  readonly model: EndpointModel;
}

/** What lies under `path`. `endpoints` all do. */
function namespaceModel(path: readonly string[], endpoints: readonly PlacedEndpoint[]): NamespaceModel {
  const depth = path.length;
  const below = endpoints.filter(({ segments }) => segments.length > depth + 1);
  const names = [...new Set(below.map(({ segments }) => segments[depth] ?? ''))];
  return {
    name: propertyName(path.at(-1) ?? ''),
    uri: path.map((segment) => `/${segment}`).join(''),
    scope: path.map(className),
    namespaces: names.map((name) =>
      namespaceModel(
        [...path, name],
        below.filter(({ segments }) => segments[depth] === name),
      ),
    ),
    endpoints: endpoints.filter(({ segments }) => segments.length === depth + 1).map(({ model }) => model),
  };
}

function endpointModel(
  uri: string,
  endpoint: DocumentedEndpoint,
  { types }: ContractDocument,
  declarations: Declarations,
  errors: ReadonlyMap<string, ErrorModel>,
): EndpointModel {
  const path = uri.split('/').slice(1);
  const last = path.pop() ?? '';
  const scope = path.map(className);
  const named = (role: string) => ({ scope, name: `${className(last)}${role}` });
  const { required } = resolvedSchema(endpoint.request, types) ?? {};
  const request = declarations.use(endpoint.request, named('Request'), `${uri}#/request`, `What ${uri} takes.`);
  if (request.kind !== 'reference') throw new Error(`the request of ${uri} is no object`);
  return {
    uri,
    name: propertyName(last),
    scope,
    hash: endpoint.hash,
    summary: endpoint.summary,
    idempotent: endpoint.idempotent === true,
    stream: endpoint.stream === true,
    request,
    requestIsOptional: !Array.isArray(required) || required.length === 0,
    response: declarations.use(endpoint.response, named('Response'), `${uri}#/response`, `What ${uri} gives.`),
    errors: sortedEntries(endpoint.errors).flatMap(([code]) => errors.get(code) ?? []),
  };
}

/** One for each code: the contract library sees to it that a code means the same wherever it is declared. */
function errorModels(document: ContractDocument, declarations: Declarations): Map<string, ErrorModel> {
  const declared = sortedEntries(document.endpoints).flatMap(([uri, { errors }]) =>
    Object.entries(errors).map(([code, details]) => ({ code, details, at: `${uri}#/errors/${code}` })),
  );
  const models = new Map<string, ErrorModel>();
  for (const { code, details, at } of declared.sort((a, b) => (a.code < b.code ? -1 : 1))) {
    if (models.has(code)) continue;
    const names = code.split('.').map(className);
    const name = names.pop() ?? '';
    const typeName = { scope: names, name };
    const detailsName = { scope: names, name: `${name}Details` };
    models.set(code, {
      code,
      typeName,
      details: declarations.use(details, detailsName, at, `The details of ${code}.`),
    });
  }
  return models;
}
