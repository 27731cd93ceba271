import { contractError, together } from '../contract-error';
import { contractHash } from '../contract-hash';
import { assertErrorCodes } from '../endpoint/error-code';
import { isObject, resolved } from '../schema/children';
import { normalForm, type NormalForm } from '../schema/normal-form';
import type { Schema } from '../schema/schema';
import { meanTheSame, semanticForm } from '../schema/semantic-form';
import type { DocumentedEndpoint } from './contract-document';
import type { EndpointSource, ErrorSource, SchemaSource } from './endpoint-source';
import { mergedTypes } from './merged-types';

/** One endpoint of a document, with the named types that it refers to. */
export interface EndpointDocument {
  readonly uri: string;
  readonly endpoint: DocumentedEndpoint;
  readonly types: ReadonlyMap<string, Schema>;
}

/** @throws ContractError with a problem for each schema that is outside the supported subset */
export function documentEndpoint(source: EndpointSource): EndpointDocument {
  const { uri, idempotent, stream } = source;
  assertErrorCodes(source.errors.keys(), `${uri}#/errors`);
  const [request, response, ...details] = together<UsedForm>([
    () => requestForm(source.request, `${uri}#/request`),
    () => usedForm(source.response, `${uri}#/response`),
    ...Array.from(
      source.errors,
      ([code, error]) =>
        () =>
          errorForm(error, `${uri}#/errors/${code}`),
    ),
  ]) as [UsedForm, UsedForm, ...UsedForm[]];
  const types = mergedTypes([request, response, ...details]);
  const content = {
    ...(idempotent ? { idempotent } : {}),
    ...(stream ? { stream } : {}),
    request: request.schema,
    response: response.schema,
    errors: Object.fromEntries(Array.from(source.errors.keys(), (code, index) => [code, details[index]?.schema ?? {}])),
  };
  const summary = source.summary?.trim();
  const hash = hashOf(uri, content, types);
  return { uri, endpoint: { ...(summary ? { summary } : {}), hash, ...content }, types };
}

function hashOf(uri: string, content: Omit<DocumentedEndpoint, 'hash'>, types: ReadonlyMap<string, Schema>): string {
  return contractHash({
    ...content,
    uri,
    request: semanticForm(content.request),
    response: semanticForm(content.response),
    errors: semantics(Object.entries(content.errors)),
    types: semantics(types),
  });
}

function semantics(schemas: Iterable<readonly [string, Schema]>): Record<string, Schema> {
  return Object.fromEntries(Array.from(schemas, ([name, schema]) => [name, semanticForm(schema)]));
}

/** A schema and its types, and where in the contract it stands. */
interface UsedForm extends NormalForm {
  readonly at: string;
}

function usedForm(source: SchemaSource, at: string): UsedForm {
  const { schema, root } = source();
  return { at, ...normalForm(schema, at, root) };
}

function requestForm(source: SchemaSource, at: string): UsedForm {
  const form = usedForm(source, at);
  if (isObject(resolved(form.schema, form.types))) return form;
  throw contractError(at, 'a request has to be an object', 'put what it is now under a key');
}

function errorForm({ input, output }: ErrorSource, at: string): UsedForm {
  const form = usedForm(output, at);
  const given = usedForm(input, at);
  mergedTypes([form, given]);
  if (meanTheSame(given.schema, form.schema)) return form;
  const remedy = 'leave out defaults and transforms: the details travel as the handler gives them';
  throw contractError(at, 'the details of an error go into the schema in another form than they come out', remedy);
}
