import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { scope, type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ContractError, type ContractProblem } from '../contract-error';
import type { ContractSchema } from '../contract-schema';
import { endpoint } from '../endpoint/endpoint';
import { contractDocument } from './document-builder';

const DATA = z.object({ data: z.string() });
const DESCRIBE = 'describe what travels as JSON, a date as a string of format date-time for one';
const KEY = '/properties/data';

/** The problems of an endpoint's document, without the path of the request or response. */
function problemsOf(side: 'request' | 'response', schema: ContractSchema): ContractProblem[] {
  const contract = endpoint('/x', { request: DATA, response: DATA, [side]: schema });
  try {
    contractDocument({ service: { name: 'x', version: '1.0.0' }, endpoints: [contract] });
    return [];
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    expect(contract.hash).toBeUndefined();
    return error.problems.map((problem) => ({ ...problem, path: problem.path.replace(`/x#/${side}`, '') }));
  }
}

const valibot = (data: v.GenericSchema) => toStandardJsonSchema(v.object({ data }));

describe.each(['request', 'response'] as const)('what no JSON is of is refused in a %s by its path:', (side) => {
  test.each<[string, ContractSchema, string, string, string?]>([
    ['a Date of arktype', type({ data: 'Date' }), KEY, 'has no JSON Schema: Date'],
    ['a bounded one', type({ data: type('Date').laterThan(new Date(0)) }), KEY, 'has no JSON Schema: Date'],
    ['a bigint', type({ data: 'bigint' }), KEY, 'has no JSON Schema: bigint'],
    ['a symbol', type({ data: 'symbol' }), KEY, 'has no JSON Schema: symbol'],
    ['a Map', type({ data: type.instanceOf(Map) }), KEY, 'has no JSON Schema: Map'],
    ['a function', type({ data: 'Function' }), KEY, 'has no JSON Schema: Function'],
    ['a constant that is a bigint', type({ data: '5n' }), KEY, 'has no JSON Schema: a constant that JSON cannot write'],
    ['a symbol as a key', type({ [Symbol('key')]: 'string' }), '', 'has no JSON Schema: a symbol as a key'],
    ['a member of a union', type({ data: 'string | Date' }), `${KEY}/anyOf/1`, 'has no JSON Schema: Date'],
    ['an optional item', type({ 'data?': 'Date[]' }), `${KEY}/items`, 'has no JSON Schema: Date'],
    [
      'a key of a recursive type',
      type({ data: scope({ Tree: { when: 'Date', 'kid?': 'Tree' } }).export().Tree }),
      `${KEY}/properties/when`,
      'has no JSON Schema: Date',
    ],
    [
      'undefined',
      type({ 'data?': 'string | undefined' }),
      `${KEY}/anyOf/1`,
      'has no JSON Schema: undefined',
      'leave undefined out, and make the key optional',
    ],
    [
      'a tuple with a rest in the middle',
      type({ data: ['...', 'string[]', 'number'] }),
      KEY,
      'is a tuple',
      'give its members names: make it an object',
    ],
    [
      'an array with keys',
      type({ data: ['string[]', '&', { more: 'string' }] }),
      KEY,
      'is an array with further keys',
      'put the array under a key of its own',
    ],
    ['two patterns', type({ data: '/a/ & /b/' }), KEY, 'has more than one pattern', 'write one pattern'],
    ['a date of valibot', valibot(v.date()), KEY, 'has no JSON Schema: The "date" schema cannot be converted'],
    [
      'one with a minimum, which has no JSON either',
      valibot(v.pipe(v.date(), v.minValue(new Date(0)))),
      KEY,
      'has no JSON Schema: The "date" schema cannot be converted',
    ],
    ['a bigint', valibot(v.nullable(v.bigint())), `${KEY}/anyOf/0`, 'The "bigint" schema cannot be converted'],
    ['a Map', valibot(v.array(v.instance(Map))), `${KEY}/items`, 'The "instance" schema cannot be converted'],
    ['a file', valibot(v.file()), KEY, 'The "file" schema cannot be converted'],
    [
      'a check that no keyword says',
      valibot(
        v.pipe(
          v.string(),
          v.check((text) => text !== ''),
        ),
      ),
      KEY,
      'The "check" action cannot be converted',
    ],
    [
      'a key of a recursive type',
      valibot(v.lazy(() => v.object({ when: v.date() }))),
      `${KEY}/properties/when`,
      'The "date" schema cannot be converted',
    ],
    ['a Map of zod', z.object({ data: z.array(z.instanceof(Map)) }), `${KEY}/items`, 'Custom types cannot be'],
    [
      'a file of zod',
      z.object({ data: z.file() }),
      KEY,
      'is a file, or bytes as they are, which JSON has not',
      'take a string in base64',
    ],
    [
      'one of several kinds',
      z.object({ data: z.array(z.file().mime(['image/png', 'image/gif'])) }),
      `${KEY}/items`,
      'is a file, or bytes as they are, which JSON has not',
      'take a string in base64',
    ],
  ])('%s', (_, schema, path, reason, remedy = DESCRIBE) => {
    expect(problemsOf(side, schema)).toEqual([{ path, reason: expect.stringContaining(reason) as string, remedy }]);
  });

  test.each<[string, ContractSchema]>([
    ['arktype', type({ a: 'Date', b: { c: 'bigint' } })],
    ['valibot', toStandardJsonSchema(v.object({ a: v.date(), b: v.object({ c: v.bigint() }) }))],
    ['zod', z.object({ a: z.date(), b: z.object({ c: z.bigint() }) })],
  ])('all that a schema of %s has of it', (_, schema) => {
    const paths = problemsOf(side, schema).map((problem) => problem.path);
    expect(paths).toEqual(['/properties/a', '/properties/b/properties/c']);
  });
});

describe('what a schema makes of its input', () => {
  const toDate = type('string').pipe((text) => new Date(text));

  test('has no part in a request, which travels as it goes in', () => {
    const piped = valibot(v.pipe(v.string(), v.toDate()));
    for (const schema of [type({ data: toDate }), type({ data: 'string.date.parse' }), piped]) {
      expect(problemsOf('request', schema)).toEqual([]);
    }
  });

  test.each<[string, ContractSchema]>([
    ['a morph', type({ data: toDate })],
    ['a morph of a keyword', type({ data: 'string.trim' })],
    ['a member of a union', type({ data: type('number').or(toDate) })],
  ])('is refused in a response where arktype does not know it: %s', (_, schema) => {
    const [problem, ...others] = problemsOf('response', schema);
    expect(problem).toEqual({
      path: expect.stringMatching(/^\/properties\/data(\/anyOf\/\d)?$/) as string,
      reason: 'has no JSON Schema: what its morph returns is not declared',
      remedy: 'declare it, by .to("string") for one',
    });
    expect(others).toEqual([]);
  });

  test('is refused in a response where it is declared and no JSON is of it', () => {
    expect(problemsOf('response', type({ data: toDate.to('Date') }))).toEqual([
      { path: KEY, reason: 'has no JSON Schema: Date', remedy: DESCRIBE },
    ]);
    expect(problemsOf('response', valibot(v.pipe(v.string(), v.toDate())))).toMatchObject([{ path: KEY }]);
  });

  test.each<[string, ContractSchema]>([
    ['arktype', type({ data: type('string').pipe(String).to('string') })],
    ['valibot', valibot(v.pipe(v.string(), v.transform(String), v.string()))],
    ['zod', z.object({ data: z.string().transform(String).pipe(z.string()) })],
  ])('is what a response says where a schema behind it declares it: in %s', (_, response) => {
    expect(problemsOf('response', response)).toEqual([]);
    expect(endpoint('/x', { request: DATA, response }).hash).toBe(
      endpoint('/x', { request: DATA, response: DATA }).hash,
    );
  });
});

test.each<[string, ContractSchema, ContractSchema]>([
  ['a check of arktype', type({ data: type('string').narrow((text) => text !== '') }), DATA],
  ['what is unknown in arktype', type({ data: 'unknown' }), z.object({ data: z.unknown() })],
  ['what is unknown in valibot', valibot(v.unknown()), z.object({ data: z.unknown() })],
  ['a default that no JSON is of', type({ data: ['unknown', '=', () => new Date()] }), z.object({ data: z.unknown() })],
  [
    'a default that looks like a reference',
    type({ data: type('unknown').default(() => ({ $ref: 'here' })) }),
    z.object({ data: z.unknown() }),
  ],
  ['bytes in base64', z.object({ data: z.base64() }), z.object({ data: z.base64() })],
])('%s is no gap', (_, response, same) => {
  expect(problemsOf('response', response)).toEqual([]);
  expect(endpoint('/x', { request: DATA, response }).hash).toBe(endpoint('/x', { request: DATA, response: same }).hash);
});
