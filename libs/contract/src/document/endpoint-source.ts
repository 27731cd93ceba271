import type { ContractSchema } from '../contract-schema';
import type { AnyEndpoint } from '../endpoint/endpoint';
import { exportedSchema } from './schema-export';

/** An endpoint with its schemas as JSON Schema of any kind: exported by a library, or read from a document. */
export interface EndpointSource {
  readonly uri: string;
  readonly summary: string | undefined;
  readonly idempotent: boolean;
  readonly stream: boolean;
  readonly request: SchemaSource;
  readonly response: SchemaSource;
  readonly errors: ReadonlyMap<string, ErrorSource>;
}

/** Gives the JSON Schema, and what references in it are looked up in: itself, where it is not part of a document. */
export type SchemaSource = () => { readonly schema: unknown; readonly root?: unknown };

/** The details of an error have to be the same going into the schema and coming out of it. */
export interface ErrorSource {
  readonly input: SchemaSource;
  readonly output: SchemaSource;
}

/** Exports the schemas of a declared endpoint: what travels is the request's input and the response's output. */
export function sourceOf(endpoint: AnyEndpoint, summary?: string): EndpointSource {
  const { uri, idempotent, stream } = endpoint;
  const errors = Object.values(endpoint.errors).map(({ code, schema }): [string, ErrorSource] => {
    const at = `${uri}#/errors/${code}`;
    return [code, { input: exported(schema, 'input', at), output: exported(schema, 'output', at) }];
  });
  return {
    uri,
    summary,
    idempotent,
    stream,
    request: exported(endpoint.request, 'input', `${uri}#/request`),
    response: exported(endpoint.response, 'output', `${uri}#/response`),
    errors: new Map(errors),
  };
}

function exported(schema: ContractSchema, io: 'input' | 'output', at: string): SchemaSource {
  return () => ({ schema: exportedSchema(schema, io, at) });
}
