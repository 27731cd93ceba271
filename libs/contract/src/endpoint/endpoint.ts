import { nearestName } from '@pixl-ipc/protocol';
import { contractError, together } from '../contract-error';
import { assertContractSchema, type ContractSchema, type SchemaInput, type SchemaOutput } from '../contract-schema';
import { assertEndpointUri, type EndpointUri } from '../endpoint-uri';
import { lazyHash } from '../document/endpoint-hash';
import { jsonPointer } from '../json-pointer';
import { declaredErrors, type AnyDeclaredError, type DeclaredErrors, type ErrorSchemas } from './declared-error';
import type { EndpointReference } from './endpoint-reference';
import { assertErrorCodes, type DeclaredErrorCode } from './error-code';

/** What {@link endpoint} is given. */
export interface EndpointDefinition<
  Request extends ContractSchema,
  Response extends ContractSchema,
  Errors extends ErrorSchemas,
  Idempotent extends boolean,
  Stream extends boolean,
> {
  /** An object. Its input travels, its output reaches the handler. */
  readonly request: Request;
  /** The handler returns its input, its output travels. For a streaming endpoint, each of the responses. */
  readonly response: Response;
  /** Errors that the handler throws on purpose: the schema of the details for each code. Default none. */
  readonly errors?: Errors & { readonly [Code in keyof Errors]: Code extends DeclaredErrorCode ? unknown : never };
  /** Whether running the handler twice does no more than running it once, so that clients may repeat a call. Default false. */
  readonly idempotent?: Idempotent;
  /** Whether the reply is a stream of responses. Default false. */
  readonly stream?: Stream;
}

const DEFINITION_KEYS = [
  'request',
  'response',
  'errors',
  'idempotent',
  'stream',
] as const satisfies readonly (keyof AnyEndpoint)[];

/** Any declared endpoint, for code that handles all of them alike. */
export interface AnyEndpoint extends EndpointReference {
  readonly uri: string;
  readonly request: ContractSchema;
  readonly response: ContractSchema;
  readonly errors: Readonly<Record<string, AnyDeclaredError>>;
  readonly idempotent: boolean;
  readonly stream: boolean;
}

/** A declared endpoint: the one source of its types, its validation, its documentation and its hash. */
export interface Endpoint<
  Uri extends EndpointUri = EndpointUri,
  Request extends ContractSchema = ContractSchema,
  Response extends ContractSchema = ContractSchema,
  Errors extends ErrorSchemas = ErrorSchemas,
  Idempotent extends boolean = boolean,
  Stream extends boolean = boolean,
> extends EndpointReference<SchemaInput<Request>, SchemaOutput<Response>, Stream> {
  readonly uri: Uri;
  /** As the contract document has it; undefined where a schema is outside of what documents support. */
  readonly hash: string | undefined;
  readonly request: Request;
  readonly response: Response;
  readonly errors: DeclaredErrors<Errors>;
  readonly idempotent: Idempotent;
  readonly stream: Stream;
}

/** What the handler of an endpoint is given: the output of the request's schema. */
export type RequestData<Declared extends { readonly request: ContractSchema }> = SchemaOutput<Declared['request']>;

/** What the handler of an endpoint returns: the input of the response's schema. A streaming one yields it. */
export type ResponseInput<Declared extends { readonly response: ContractSchema }> = SchemaInput<Declared['response']>;

/**
 * Declares an endpoint. Nothing is registered: the contract is a value, for the server to handle and for clients to call.
 *
 * @throws ContractError naming the rule and the remedy, if the URI is none, the definition has a key that nobody reads, a
 * flag is no boolean, a schema cannot export JSON Schema, or an error's code is malformed or gets the name of another
 * @see docs/guides/contracts.md
 */
export function endpoint<
  const Uri extends EndpointUri,
  Request extends ContractSchema,
  Response extends ContractSchema,
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- no error declared is an object without keys
  Errors extends ErrorSchemas = {},
  const Idempotent extends boolean = false,
  const Stream extends boolean = false,
>(
  uri: Uri,
  definition: EndpointDefinition<Request, Response, Errors, Idempotent, Stream>,
): Endpoint<Uri, Request, Response, Errors, Idempotent, Stream> {
  assertEndpointUri(uri);
  assertKnownKeys(definition, uri);
  assertPlainParts(definition, uri);
  const { request, response, errors = {} as Errors, idempotent = false, stream = false } = definition;
  assertContractSchema(request, `${uri}#/request`);
  assertContractSchema(response, `${uri}#/response`);
  assertErrorCodes(Object.keys(errors), `${uri}#/errors`);
  for (const [code, schema] of Object.entries(errors)) assertContractSchema(schema, `${uri}#/errors/${code}`);
  const content = {
    uri,
    request,
    response,
    errors: declaredErrors(errors),
    idempotent: idempotent as Idempotent,
    stream: stream as Stream,
  };
  const hash = lazyHash(content);
  return Object.freeze({
    ...content,
    get hash() {
      return hash();
    },
  });
}

/** The compiler says so only where it sees a literal, and says nothing to JavaScript: `stram: true` would be no stream. */
function assertKnownKeys(definition: object, uri: string): void {
  const known: readonly string[] = DEFINITION_KEYS;
  const unknown = Object.keys(definition).filter((key) => !known.includes(key));
  together(
    unknown.map((key) => () => {
      const nearest = nearestName(key, known);
      const remedy = nearest === undefined ? `leave it out; there are ${known.join(', ')}` : `did you mean ${nearest}?`;
      throw contractError(`${uri}#${jsonPointer(key)}`, 'is no part of an endpoint', remedy);
    }),
  );
}

/** The same for values: to JavaScript the text 'false' is true. */
function assertPlainParts(definition: { readonly [Part in keyof AnyEndpoint]?: unknown }, uri: string): void {
  const flags = ['idempotent', 'stream'] as const;
  const { errors = {} } = definition;
  together([
    ...flags.map((flag) => () => {
      const value = definition[flag];
      if (value === undefined || typeof value === 'boolean') return;
      throw contractError(`${uri}#/${flag}`, `is ${typeof value}, no boolean`, 'give true or false, or leave it out');
    }),
    () => {
      if (typeof errors === 'object' && errors !== null && !Array.isArray(errors)) return;
      const remedy = 'give an object with the schema of the details for each code, or leave it out';
      throw contractError(`${uri}#/errors`, 'is no object', remedy);
    },
  ]);
}
