import { contractError, together } from '../contract-error';
import { assertDistinctUris, assertEndpointUri } from '../endpoint-uri';
import { className, nameKey } from '../generated-name';
import { meanTheSame } from '../schema/semantic-form';
import type { Schema, SchemaTypes } from '../schema/schema';
import type { EndpointDocument } from './endpoint-document';

/** @throws ContractError if generated code could not name every endpoint, type and error of a document */
export function assertDocumentNames(endpoints: readonly EndpointDocument[], types: SchemaTypes): void {
  together([
    () => {
      assertUris(endpoints.map(({ uri }) => uri));
    },
    () => {
      assertTypeNames([...types.keys()], endpoints);
    },
    () => {
      assertErrors(endpoints);
    },
  ]);
}

function assertUris(uris: readonly string[]): void {
  assertDistinctUris(
    uris.map((uri) => {
      assertEndpointUri(uri);
      return uri;
    }),
  );
}

/** Generated TypeScript has one name space for types: the document's own, and a request and a response for each endpoint. */
function assertTypeNames(names: readonly string[], endpoints: readonly EndpointDocument[]): void {
  const taken = new Map<string, string>();
  for (const { uri } of endpoints) {
    const stem = uri.split('/').map(className).join('');
    taken
      .set(nameKey(`${stem}Request`), `the request of ${uri}`)
      .set(nameKey(`${stem}Response`), `the response of ${uri}`);
  }
  for (const name of names) {
    const other = taken.get(nameKey(name));
    if (other !== undefined) {
      throw contractError(`#/types/${name}`, `gets the same name in generated code as ${other}`, 'rename the type');
    }
    taken.set(nameKey(name), `type ${name}`);
  }
}

/** An error is caught by its code wherever it comes from, so one code has one meaning. */
function assertErrors(endpoints: readonly EndpointDocument[]): void {
  const known = new Map<string, { readonly code: string; readonly at: string; readonly details: Schema }>();
  for (const { uri, endpoint } of endpoints) {
    for (const [code, details] of Object.entries(endpoint.errors)) {
      const at = `${uri}#/errors/${code}`;
      const key = code.split('.').map(nameKey).join('.');
      const other = known.get(key);
      if (other === undefined) known.set(key, { code, at, details });
      else if (other.code !== code) {
        throw contractError(at, `gets the same name in generated code as ${JSON.stringify(other.at)}`, 'rename one');
      } else if (!meanTheSame(other.details, details)) {
        const remedy = 'give both the same schema, or codes of their own';
        throw contractError(at, `has other details than ${JSON.stringify(other.at)}`, remedy);
      }
    }
  }
}
