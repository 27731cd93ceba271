import Ajv from 'ajv/dist/2020';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ContractError } from '../contract-error';
import { endpoint, type AnyEndpoint } from '../endpoint/endpoint';
import type { ContractDocument } from './contract-document';
import { contractDocument } from './document-builder';
import { endpointHash } from './endpoint-hash';
import { parseContractDocument, serializeContractDocument } from './serialization';

const service = { name: 'shop', version: '1.0.0' };
const empty = z.object({});

function documentOf(...endpoints: AnyEndpoint[]): ContractDocument {
  return contractDocument({ service, endpoints });
}

/** An endpoint with what matters to a test, and otherwise empty. */
function declared(uri: `/${string}`, parts: Partial<Parameters<typeof endpoint>[1]> = {}): AnyEndpoint {
  return endpoint(uri, { request: empty, response: empty, ...parts });
}

function problemsOf(action: () => unknown): ContractError['problems'] {
  try {
    action();
  } catch (error) {
    if (error instanceof ContractError) return error.problems;
    throw error;
  }
  return [];
}

describe('the contract document', () => {
  const Money = z
    .object({ amount: z.int(), currency: z.enum(['EUR', 'USD']) })
    .meta({ id: 'Money', description: 'Cents.' });
  const test1 = endpoint('/myapi/test', {
    request: z.object({ welcome: z.int() }),
    response: z.object({ hello: z.string() }),
    idempotent: true,
  });
  const buy = endpoint('/orders/buy', {
    request: z.object({ price: Money, qty: z.int().default(1).describe('How many.') }),
    response: z.object({ total: Money.nullable() }),
    errors: { 'orders.sold_out': z.object({ left: z.int() }) },
    stream: true,
  });
  const summaries = new Map([
    ['/myapi/test', ' Says hello.\n'],
    ['/orders/buy', ''],
  ]);
  const document = contractDocument({ service, endpoints: [buy, test1], summaries });

  test('holds everything that is promised, types apart, in one order', () => {
    expect(document).toEqual({
      pixlIpc: 1,
      service,
      hash: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      endpoints: {
        '/myapi/test': {
          summary: 'Says hello.',
          hash: endpointHash(test1),
          idempotent: true,
          request: { type: 'object', properties: { welcome: { type: 'integer' } }, required: ['welcome'] },
          response: { type: 'object', properties: { hello: { type: 'string' } }, required: ['hello'] },
          errors: {},
        },
        '/orders/buy': {
          hash: endpointHash(buy),
          stream: true,
          request: {
            type: 'object',
            properties: {
              price: { $ref: '#/types/Money' },
              qty: { type: 'integer', default: 1, description: 'How many.' },
            },
            required: ['price'],
          },
          response: {
            type: 'object',
            properties: { total: { anyOf: [{ $ref: '#/types/Money' }, { type: 'null' }] } },
            required: ['total'],
          },
          errors: {
            'orders.sold_out': { type: 'object', properties: { left: { type: 'integer' } }, required: ['left'] },
          },
        },
      },
      types: {
        Money: {
          type: 'object',
          properties: { amount: { type: 'integer' }, currency: { type: 'string', enum: ['EUR', 'USD'] } },
          required: ['amount', 'currency'],
          description: 'Cents.',
        },
      },
    });
    expect(Object.keys(document.endpoints)).toEqual(['/myapi/test', '/orders/buy']);
  });

  test('gives the same bytes whatever the order of the endpoints and of the keys', () => {
    const text = serializeContractDocument(document);
    expect(serializeContractDocument(contractDocument({ service, endpoints: [test1, buy], summaries }))).toBe(text);
    const reversed = Object.fromEntries(Object.entries(document).reverse()) as unknown as ContractDocument;
    expect(serializeContractDocument(reversed)).toBe(text);
    expect(text).toMatch(/^{\n {2}"endpoints": {\n {4}"\/myapi\/test": {\n {6}"errors": {},/);
    expect(text).toMatch(/}\n$/);
  });

  test('comes back from its bytes as it was', () => {
    expect(parseContractDocument(JSON.parse(serializeContractDocument(document)))).toEqual(document);
  });

  test('is valid JSON Schema 2020-12, which allows what the contract allows', () => {
    const ajv = new Ajv({ strict: false });
    for (const { request, response, errors } of Object.values(document.endpoints)) {
      for (const schema of [request, response, ...Object.values(errors)]) {
        expect(ajv.validateSchema({ ...schema, $defs: document.types })).toBe(true);
      }
    }
    const valid = ajv.compile({ types: document.types, ...document.endpoints['/orders/buy']?.request });
    expect(valid({ price: { amount: 5, currency: 'EUR' } })).toBe(true);
    expect(valid({ price: { amount: 5, currency: 'GBP' } })).toBe(false);
  });

  test('may have no endpoint yet', () => {
    expect(documentOf()).toEqual({ pixlIpc: 1, service, hash: '44136fa355b3', endpoints: {}, types: {} });
  });
});

describe('the hash of an endpoint', () => {
  const request = z.object({ a: z.string(), b: z.enum(['x', 'y']), c: z.union([z.string(), z.int()]) });
  const hash = endpointHash(declared('/a', { request }));

  test.each<[string, AnyEndpoint]>([
    ['documentation', declared('/a', { request: request.extend({ a: z.string().describe('d') }).describe('e') })],
    [
      'the order of keys',
      declared('/a', {
        request: z.object({ ...request.pick({ c: true }).shape, ...request.pick({ b: true, a: true }).shape }),
      }),
    ],
    [
      'the order of enums and unions',
      declared('/a', { request: request.extend({ b: z.enum(['y', 'x']), c: z.union([z.int(), z.string()]) }) }),
    ],
    ['strictness', declared('/a', { request: request.strict() })],
  ])('does not depend on %s', (_, other) => {
    expect(endpointHash(other)).toBe(hash);
  });

  test('does not depend on what a default is, but on whether there is one', () => {
    const withDefault = (value: string) => declared('/a', { request: z.object({ a: z.string().default(value) }) });
    expect(endpointHash(withDefault('x'))).toBe(endpointHash(withDefault('y')));
    expect(endpointHash(withDefault('x'))).not.toBe(
      endpointHash(declared('/a', { request: z.object({ a: z.string() }) })),
    );
  });

  test.each<[string, AnyEndpoint]>([
    ['the URI', declared('/b', { request })],
    ['the request', declared('/a', { request: request.extend({ d: z.string().optional() }) })],
    ['the response', declared('/a', { request, response: z.object({ a: z.string() }) })],
    ['an error', declared('/a', { request, errors: { 'a.b': empty } })],
    ['idempotence', declared('/a', { request, idempotent: true })],
    ['streaming', declared('/a', { request, stream: true })],
    ['a constraint', declared('/a', { request: request.extend({ a: z.string().min(1) }) })],
  ])('depends on %s', (_, other) => {
    expect(endpointHash(other)).not.toBe(hash);
  });

  test('depends on what a named type is', () => {
    const using = (field: z.ZodType) =>
      declared('/a', { request: z.object({ type: z.object({ field }).meta({ id: 'Named' }) }) });
    expect(endpointHash(using(z.string()))).not.toBe(endpointHash(using(z.int())));
  });

  test('is the same alone, in a document, and read as a property; the document’s depends on all of them', () => {
    const [a, b] = [declared('/a', { request }), declared('/b', { request })];
    const document = documentOf(b, a);
    expect([a.hash, document.endpoints['/a']?.hash]).toEqual([hash, hash]);
    expect(new Set([document, documentOf(a), documentOf(b)].map((each) => each.hash)).size).toBe(3);
    expect(contractDocument({ service: { name: 'other', version: '2' }, endpoints: [a, b] }).hash).toBe(document.hash);
  });

  test('is exported from the schemas once', () => {
    let exports = 0;
    const { validate, ...standard } = empty['~standard'];
    const input = () => {
      exports++;
      return { type: 'object' as const, properties: {} };
    };
    const counting = { '~standard': { ...standard, validate, jsonSchema: { input, output: input } } };
    const contract = declared('/a', { request: counting });
    expect(exports).toBe(0);
    expect([contract.hash, contract.hash, endpointHash(contract)]).toEqual(Array(3).fill(contract.hash));
    expect(exports).toBe(1);
  });

  test('is absent, with the reason when asked for, where a document cannot hold the endpoint', () => {
    const contract = declared('/a', { response: z.tuple([z.string()]) });
    expect(contract.hash).toBeUndefined();
    expect(() => endpointHash(contract)).toThrow('"/a#/response": is a tuple');
  });
});

describe('a document is refused, with every problem that there is:', () => {
  const named = (id: string, shape: z.ZodRawShape = {}) => z.object(shape).meta({ id });

  test('in each schema of each endpoint', () => {
    const tuple = z.object({ list: z.tuple([z.string()]) });
    const problems = problemsOf(() =>
      documentOf(
        declared('/a', { request: tuple, response: z.object({ when: z.date() }), errors: { 'a.b': tuple } }),
        declared('/b', { request: z.object({ n: z.bigint() }) }),
      ),
    );
    expect(problems.map(({ path }) => path)).toEqual([
      '/a#/request/properties/list',
      '/a#/response/properties/when',
      '/a#/errors/a.b/properties/list',
      '/b#/request/properties/n',
    ]);
    expect(problems[1]).toEqual({
      path: '/a#/response/properties/when',
      reason: 'has no JSON Schema: Date cannot be represented in JSON Schema',
      remedy: 'describe what travels as JSON, a date as a string of format date-time for one',
    });
  });

  test.each<[string, readonly AnyEndpoint[], string, string]>([
    [
      'a request that is no object',
      [declared('/a', { request: z.string() })],
      '/a#/request',
      'a request has to be an object',
    ],
    [
      'a request that is a map',
      [declared('/a', { request: z.record(z.string(), z.int()) })],
      '/a#/request',
      'a request has to be an object',
    ],
    [
      'a request that is a union',
      [declared('/a', { request: z.object({}).nullable() })],
      '/a#/request',
      'a request has to be an object',
    ],
    [
      'an error that is transformed',
      [declared('/a', { errors: { 'a.b': z.object({ c: z.string().default('') }) } })],
      '/a#/errors/a.b',
      'the details of an error go into the schema in another form than they come out',
    ],
    [
      'a type with two shapes',
      [declared('/a', { request: named('T') }), declared('/b', { request: named('T', { a: z.int() }) })],
      '/b',
      'type T is another one than in "/a"',
    ],
    [
      'a type with a default, both ways',
      [
        declared('/a', {
          request: named('T', { a: z.int().default(1) }),
          response: named('T', { a: z.int().default(1) }),
        }),
      ],
      '/a#/response',
      'type T is another one than in "/a#/request"',
    ],
    ['a URI twice', [declared('/a'), declared('/a')], '/a', 'is declared twice'],
    ['a URI that is a prefix', [declared('/a'), declared('/a/b')], '/a/b', 'lies under "/a"'],
    [
      'types that differ in case',
      [declared('/a', { request: z.object({ a: named('Ab'), b: named('AB') }) })],
      '#/types/Ab',
      'gets the same name in generated code as type AB',
    ],
    [
      'a type called as a request',
      [declared('/my/test', { response: named('MyTestRequest') })],
      '#/types/MyTestRequest',
      'gets the same name in generated code as the request of /my/test',
    ],
    [
      'an error of two meanings',
      [declared('/a', { errors: { 'x.y': empty } }), declared('/b', { errors: { 'x.y': z.object({ a: z.int() }) } })],
      '/b#/errors/x.y',
      'has other details than "/a#/errors/x.y"',
    ],
    [
      'errors that differ little',
      [declared('/a', { errors: { 'x.a_b': empty } }), declared('/b', { errors: { 'x.ab': empty } })],
      '/b#/errors/x.ab',
      'gets the same name in generated code as "/a#/errors/x.a_b"',
    ],
  ])('%s', (_, endpoints, path, reason) => {
    const [problem] = problemsOf(() => documentOf(...endpoints));
    expect(problem).toMatchObject({ path, reason: expect.stringContaining(reason) as string });
    expect(problem?.remedy).toMatch(/\w/);
  });

  test.each([
    [{ name: '', version: '1' }, 'service.name is ""; give a text'],
    [{ name: 'a', version: undefined }, 'service.version is undefined; give a text'],
  ])('the service %j', (wrong, message) => {
    expect(() => contractDocument({ service: wrong as typeof service, endpoints: [] })).toThrow(message);
  });
});

describe('a document that is read is refused', () => {
  const document = documentOf(
    declared('/a', { request: z.object({ a: z.string() }).meta({ id: 'Named' }), errors: { 'a.b': empty } }),
    declared('/b'),
  );
  type Draft = Record<string, Record<string, Record<string, unknown>>>;

  test.each<[string, (draft: Draft) => unknown, string]>([
    ['that is none', () => [], 'the document is no object'],
    ['of another format', (draft) => ({ ...draft, pixlIpc: 2 }), 'pixlIpc is 2, this version reads 1'],
    ['without endpoints', (draft) => ({ ...draft, endpoints: undefined }), 'endpoints is no object'],
    ['without a service', (draft) => ({ ...draft, service: null }), 'service is no object'],
    [
      'with an endpoint that is none',
      (draft) => ({ ...draft, endpoints: { '/a': 1 } }),
      '"/a": an endpoint is no object',
    ],
    [
      'with a URI that is none',
      (draft) => ({ ...draft, endpoints: { A: draft.endpoints?.['/b'] } }),
      '"A": must begin with "/"',
    ],
    [
      'with a code that is none',
      (draft) => edited(draft, '/a', { errors: { b: {} } }),
      '"/a#/errors/b": an error code',
    ],
    [
      'without a response',
      (draft) => edited(draft, '/b', { response: undefined }),
      '"/b#/response": undefined is no JSON Schema',
    ],
    [
      'with an unsupported schema',
      (draft) => edited(draft, '/b', { response: { allOf: [] } }),
      '"/b#/response": combines schemas',
    ],
    [
      'without a type',
      (draft) => ({ ...draft, types: {} }),
      '"/a#/request": refers to "#/types/Named", which is not there',
    ],
    ['that was edited', (draft) => edited(draft, '/b', { response: {} }), '"/b": the hash is'],
    [
      'whose type was edited',
      (draft) => ({ ...draft, types: { Named: { type: 'object', properties: {} } } }),
      '"/a": the hash is',
    ],
    [
      'with the hash of another',
      (draft) => ({ ...draft, hash: '0' }),
      'the contract: the hash is "0", but what it is of has',
    ],
    [
      'of two branches',
      (draft) => ({ ...draft, endpoints: { '/a': draft.endpoints?.['/a'] } }),
      'generate the document again, rather than edit it',
    ],
  ])('%s', (_, edit, message) => {
    const draft = JSON.parse(serializeContractDocument(document)) as Draft;
    expect(() => parseContractDocument(edit(draft))).toThrow(message);
  });

  function edited(draft: Draft, uri: string, parts: object): unknown {
    return { ...draft, endpoints: { ...draft.endpoints, [uri]: { ...draft.endpoints?.[uri], ...parts } } };
  }
});
