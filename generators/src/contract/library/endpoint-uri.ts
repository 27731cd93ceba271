// A copy of libs/contract/src/endpoint-uri.ts: what Nx loads may import no library of this workspace. A test holds both equal.
import { contractError } from './contract-error';
import { isRefusedName, nameKey, propertyName } from './generated-name';

/** A URI that names one endpoint: a slash before each segment, nothing else. */
export type EndpointUri = `/${string}`;

/** First segment of the endpoints that every server has built in. */
const RESERVED_SEGMENT = 'ipcserver';
const SEGMENT = /^[a-z][a-z0-9-]*$/;

/** Whether `uri` belongs to the server's built-in endpoints, as `/ipcserver` and everything under it does. */
export function isReservedUri(uri: string): boolean {
  return uri === `/${RESERVED_SEGMENT}` || uri.startsWith(`/${RESERVED_SEGMENT}/`);
}

/**
 * `uri` with the leading slash that a command line may leave out: `myapi/test` → `/myapi/test`.
 *
 * @throws ContractError if that is no endpoint URI, as {@link assertEndpointUri}
 */
export function normalizeEndpointUri(uri: string): EndpointUri {
  const normalized = uri.startsWith('/') ? uri : `/${uri}`;
  assertEndpointUri(normalized);
  return normalized;
}

/**
 * Holds where every segment matches `[a-z][a-z0-9-]*`, none becomes a refused name in generated code, and the URI is not
 * reserved.
 *
 * @throws ContractError naming the URI, the rule it breaks and the remedy
 */
export function assertEndpointUri(uri: string): asserts uri is EndpointUri {
  if (uri === '') throw contractError(uri, 'the URI is empty', 'write a slash before each name, e.g. "/myapi/test"');
  if (!uri.startsWith('/')) throw contractError(uri, 'must begin with "/"', `write ${JSON.stringify(`/${uri}`)}`);
  if (isReservedUri(uri)) {
    const rule = `/${RESERVED_SEGMENT} is reserved for the endpoints that are built in`;
    throw contractError(uri, rule, 'choose another first segment');
  }
  for (const segment of uri.slice(1).split('/')) {
    if (segment === '') {
      throw contractError(
        uri,
        'has an empty segment',
        'write a name between every two slashes and none after the last name',
      );
    }
    if (!SEGMENT.test(segment)) {
      throw contractError(uri, `segment ${JSON.stringify(segment)} must match [a-z][a-z0-9-]*`, renaming(segment));
    }
    if (isRefusedName(segment)) {
      const rule = `segment ${JSON.stringify(segment)} would become ${JSON.stringify(propertyName(segment))} in generated code`;
      throw contractError(uri, rule, 'choose another name');
    }
  }
}

/**
 * Holds where generated code can name every one of `uris`: no two the same, no two that differ only in case or hyphens,
 * and none that is both an endpoint and the beginning of another.
 *
 * @param uris Each an endpoint URI already.
 * @throws ContractError naming both URIs, the rule they break and the remedy
 */
export function assertDistinctUris(uris: Iterable<EndpointUri>): void {
  const byName = new Map<string, EndpointUri>();
  const spellings = new Map<string, string>();
  for (const uri of uris) {
    const name = generatedName(uri);
    const other = byName.get(name);
    if (other !== undefined) {
      const rule =
        other === uri ? 'is declared twice' : `gets the same name in generated code as ${JSON.stringify(other)}`;
      throw contractError(uri, rule, 'rename one of them');
    }
    byName.set(name, uri);
    for (const prefix of prefixesOf(uri)) {
      const spelling = spellings.get(generatedName(prefix)) ?? prefix;
      if (spelling !== prefix) {
        const rule = `${JSON.stringify(prefix)} gets the same name in generated code as ${JSON.stringify(spelling)}`;
        throw contractError(uri, rule, 'spell the segments alike');
      }
      spellings.set(generatedName(prefix), prefix);
    }
  }
  for (const uri of byName.values()) {
    const outer = prefixesOf(uri)
      .map(generatedName)
      .find((name) => byName.has(name));
    if (outer === undefined) continue;
    const rule = `lies under ${JSON.stringify(byName.get(outer))}, which is an endpoint itself`;
    throw contractError(
      uri,
      rule,
      `move that one to ${JSON.stringify(`${String(byName.get(outer))}/get`)} or the like`,
    );
  }
}

/** `/a/b/c` → `/a`, `/a/b`. */
function prefixesOf(uri: string): string[] {
  const segments = uri.split('/');
  return segments.slice(2).map((_, index) => segments.slice(0, index + 2).join('/'));
}

/** What two URIs may not share: their camelCase names, compared without case because PHP's class names are. */
function generatedName(uri: string): string {
  return uri.split('/').map(nameKey).join('/');
}

function renaming(segment: string): string {
  const name = segment
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .toLowerCase();
  return SEGMENT.test(name)
    ? `write ${JSON.stringify(name)}`
    : 'use lower-case letters, digits and hyphens, a letter first';
}
