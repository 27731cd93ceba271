import type { ContractDocument, DocumentedEndpoint } from '../document/contract-document';
import type { Finding } from './finding';
import { compareSchemas, type Version } from './schema-comparison';

/**
 * What clients of the older document notice of the newer one. Without a `breaking` finding, the newer schemas accept
 * each of their calls, and each reply is what they expect, as far as JSON Schema says what the schemas do: it shows no
 * refinement, no transform (a trim, a coercion), no refusal of unknown keys, and no more of a format than its name and
 * pattern. Documentation, defaults and names of types do not count.
 *
 * @returns In the order of the endpoints' URIs; none where the newer document promises the same or more.
 * @see docs/guides/contracts.md#compatibility
 */
export function compareContracts(older: ContractDocument, newer: ContractDocument): Finding[] {
  return Object.entries(older.endpoints).flatMap(([uri, before]) => {
    const now = newer.endpoints[uri];
    if (now === undefined) return [breaking(uri, 'is gone', 'keep it until nothing calls it any more')];
    return compareEndpoints(uri, { ...older, endpoint: before }, { ...newer, endpoint: now });
  });
}

interface EndpointVersion extends ContractDocument {
  readonly endpoint: DocumentedEndpoint;
}

function compareEndpoints(uri: string, older: EndpointVersion, newer: EndpointVersion): Finding[] {
  const versions = (part: (endpoint: DocumentedEndpoint) => Version['schema']): [Version, Version] => [
    { schema: part(older.endpoint), types: new Map(Object.entries(older.types)) },
    { schema: part(newer.endpoint), types: new Map(Object.entries(newer.types)) },
  ];
  return [
    ...compareFlags(uri, older.endpoint, newer.endpoint),
    ...compareSchemas(...versions(({ request }) => request), 'request', `${uri}#/request`),
    ...compareSchemas(...versions(({ response }) => response), 'response', `${uri}#/response`),
    ...Object.keys(newer.endpoint.errors).flatMap((code) => {
      const at = `${uri}#/errors/${code}`;
      if (!Object.hasOwn(older.endpoint.errors, code)) return [newError(at)];
      return compareSchemas(...versions(({ errors }) => errors[code] ?? {}), 'response', at);
    }),
  ];
}

function compareFlags(uri: string, older: DocumentedEndpoint, newer: DocumentedEndpoint): Finding[] {
  const findings: Finding[] = [];
  if (older.stream !== newer.stream) {
    const message = newer.stream === true ? 'was one response, is a stream now' : 'was a stream, is one response now';
    findings.push(breaking(`${uri}#/stream`, message, 'declare a new endpoint beside this one'));
  }
  if (older.idempotent === true && newer.idempotent !== true) {
    const remedy =
      'keep it idempotent: clients repeat a call whose outcome they do not know; or declare a new endpoint';
    findings.push(breaking(`${uri}#/idempotent`, 'is no longer idempotent', remedy));
  }
  return findings;
}

function newError(path: string): Finding {
  const remedy = 'check that callers can go on without it: they get it as `internal`, its code in the details';
  return { level: 'notice', path, message: 'is a new error', remedy };
}

function breaking(path: string, message: string, remedy: string): Finding {
  return { level: 'breaking', path, message, remedy };
}
