import type { ContractSchema } from '../contract-schema';
import { ContractError } from '../contract-error';
import type { AnyEndpoint } from '../endpoint/endpoint';
import { jsonPointer } from '../json-pointer';
import type { StandardJsonSchemaConverter } from '../standard-schema';

const TARGET = 'draft-2020-12';

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
  const { jsonSchema } = schema['~standard'];
  return () => {
    try {
      return { schema: jsonSchema[io]({ target: TARGET }) };
    } catch (error) {
      const places = placesWithoutJson(jsonSchema[io]);
      const message = error instanceof Error ? error.message : String(error);
      throw new ContractError(
        (places.length > 0 ? places : [{ path: '', message }]).map((place) => ({
          path: `${at}${place.path}`,
          reason: `has no JSON Schema: ${place.message}`,
          remedy: 'describe what travels as JSON, a date as a string of format date-time for one',
        })),
      );
    }
  };
}

interface Place {
  /** JSON Pointer within the schema, empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** Where a schema has no JSON Schema, as zod tells whoever asks; other libraries only throw. */
function placesWithoutJson(convert: StandardJsonSchemaConverter['input']): Place[] {
  const places: Place[] = [];
  const unrepresentable = ({ path, message }: { path: readonly PropertyKey[]; message: string }): 'any' => {
    places.push({ path: jsonPointer(...path.map(String)), message });
    return 'any';
  };
  try {
    convert({ target: TARGET, libraryOptions: { unrepresentable } });
  } catch {
    // It has thrown before, and what it said then is told.
  }
  return places;
}
