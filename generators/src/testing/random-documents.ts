import type { Schema } from '@pixl-ipc/contract';
import fc from 'fast-check';
import { documentText, objectOf } from './documents';

/**
 * A document and data that is valid by it: `/any/thing` answers a request with its like, `/any/answer` with anything, and
 * may fail with `any.failure`; `/any/items` streams.
 */
export interface RandomContract {
  readonly text: string;
  readonly requests: readonly unknown[];
  readonly answers: readonly unknown[];
  readonly items: readonly unknown[];
  /** Of the error. */
  readonly details: readonly unknown[];
}

/** Some of these generated code uses itself, others no language takes for a class as they are. */
const TYPE_NAMES = ['Alpha', 'Beta', 'Promise', 'List', 'Decode'];
const KEYS = ['id', 'kind', 'class', 'object', 'path', 'json', 'order-id', 'snake_key', 'list', 'value', '_private'];
const CASES = ['open', 'sold-out', 'class', '', '2fa', 'größe', "it's", '$x {$y}', '*/ ?>'];
const DEPTH = 3;

type Types = Readonly<Record<string, Schema>>;

/** Contracts of every shape that documents may have, with data for them: many, for tools that are slow to start. */
export function randomContracts(count: number): fc.Arbitrary<RandomContract[]> {
  return fc.array(randomContract(), { minLength: count, maxLength: count });
}

function randomContract(): fc.Arbitrary<RandomContract> {
  const types = fc
    .subarray(TYPE_NAMES)
    .chain(
      (names) => fc.record(Object.fromEntries(names.map((name) => [name, typeSchema(names)]))) as fc.Arbitrary<Types>,
    );
  return types.chain((declared) => {
    const names = Object.keys(declared);
    const any = (depth: number) => mayBeNamed(anySchema(depth, names), names);
    return fc
      .record({ request: objectSchema(DEPTH, names), answer: any(2), item: any(1), failure: any(1) })
      .chain((schemas) => dataOfContract(schemas, declared));
  });
}

type Schemas = Readonly<Record<'request' | 'answer' | 'item' | 'failure', Schema>>;

function dataOfContract({ request, answer, item, failure }: Schemas, types: Types): fc.Arbitrary<RandomContract> {
  const some = (schema: Schema) => fc.array(dataOf(schema, types, DEPTH), { minLength: 1, maxLength: 4 });
  const endpoints = {
    '/any/thing': { request, response: request },
    '/any/answer': { response: answer, errors: { 'any.failure': failure } },
    '/any/items': { response: item, stream: true },
  } as const;
  return fc.record({
    text: fc.constant(documentText({ endpoints, types })),
    requests: some(request),
    answers: some(answer),
    items: some(item),
    details: some(failure),
  });
}

/** What a name stands for: never just another name, which might lead back to itself. */
function typeSchema(names: readonly string[]): fc.Arbitrary<Schema> {
  return fc.oneof(
    objectSchema(DEPTH - 1, names),
    enumSchema(),
    listSchema(1, names),
    mapSchema(1, names),
    union(1, names),
  );
}

function anySchema(depth: number, names: readonly string[]): fc.Arbitrary<Schema> {
  const scalars = [scalar(), enumSchema(), fc.constant<Schema>({})];
  if (depth === 0) return fc.oneof(...scalars);
  return fc.oneof(
    ...scalars,
    objectSchema(depth - 1, names),
    listSchema(depth - 1, names),
    mapSchema(depth - 1, names),
    union(depth - 1, names),
    nullable(depth - 1, names),
  );
}

function scalar(): fc.Arbitrary<Schema> {
  return fc.constantFrom<Schema>(
    { type: 'boolean' },
    { type: 'integer' },
    { type: 'number' },
    { type: 'null' },
    { type: 'string' },
    { type: 'string', format: 'date-time' },
    { type: 'string', const: "it's \\ ${x}" },
    { type: 'integer', const: 2 },
    { type: 'number', const: 0.5 },
    { type: 'boolean', const: true },
  );
}

function enumSchema(): fc.Arbitrary<Schema> {
  return fc.subarray(CASES, { minLength: 1 }).map((values) => ({ type: 'string', enum: values }));
}

/** Where a value may be missing there may be a name: so every type that leads back to itself has values that end. */
function mayBeNamed(schema: fc.Arbitrary<Schema>, names: readonly string[]): fc.Arbitrary<Schema> {
  const references = names.map((name): Schema => ({ $ref: `#/types/${name}` }));
  return names.length === 0 ? schema : fc.oneof(schema, fc.constantFrom(...references));
}

function listSchema(depth: number, names: readonly string[]): fc.Arbitrary<Schema> {
  return mayBeNamed(anySchema(depth, names), names).map((items) => ({ type: 'array', items }));
}

function mapSchema(depth: number, names: readonly string[]): fc.Arbitrary<Schema> {
  return mayBeNamed(anySchema(depth, names), names).map((values) => ({ type: 'object', additionalProperties: values }));
}

function objectSchema(depth: number, names: readonly string[]): fc.Arbitrary<Schema> {
  return fc.subarray(KEYS).chain((keys) =>
    fc
      .tuple(
        ...keys.map((key) =>
          fc.oneof(
            anySchema(depth, names).map((schema) => ({ key, schema, required: true })),
            mayBeNamed(anySchema(depth, names), names).map((schema) => ({ key, schema, required: false })),
          ),
        ),
      )
      .map((properties): Schema => {
        const required = properties.filter((property) => property.required).map(({ key }) => key);
        const schemas = Object.fromEntries(properties.map(({ key, schema }) => [key, schema]));
        return { type: 'object', properties: schemas, ...(required.length > 0 ? { required } : {}) };
      }),
  );
}

function nullable(depth: number, names: readonly string[]): fc.Arbitrary<Schema> {
  const inner = fc.oneof(scalar(), enumSchema(), listSchema(depth, names), objectSchema(depth, names));
  return mayBeNamed(
    inner.filter((schema) => !('type' in schema && schema.type === 'null')),
    names,
  ).map((schema) => ({
    anyOf: [schema, { type: 'null' }],
  }));
}

function union(depth: number, names: readonly string[]): fc.Arbitrary<Schema> {
  const text = fc.oneof(
    enumSchema(),
    fc.constantFrom<Schema>({ type: 'string' }, { type: 'string', format: 'date-time' }),
  );
  const objects = fc
    .integer({ min: 2, max: 3 })
    .map((count) =>
      Array.from({ length: count }, (_, index) =>
        objectOf({ kind: { type: 'string', const: `kind ${index}` }, [`own_${index}`]: { type: 'integer' } }),
      ),
    );
  const groups = fc.tuple(
    text.map((schema) => [schema]),
    fc.constantFrom<Schema[]>([{ type: 'integer' }], [{ type: 'number' }]),
    fc.constant<Schema[]>([{ type: 'boolean' }]),
    listSchema(depth, names).map((schema) => [schema]),
    fc.oneof(
      objects,
      mapSchema(depth, names).map((schema) => [schema]),
      objectSchema(depth, names).map((schema) => [schema]),
    ),
  );
  return groups.chain((all) =>
    fc
      .tuple(fc.subarray(all, { minLength: 1 }), fc.boolean())
      .map(([some, orNull]) => [...some.flat(), ...(orNull ? [{ type: 'null' } as const] : [])])
      .map((anyOf): Schema => (anyOf.length > 1 ? { anyOf } : { anyOf: [...anyOf, { type: 'null' }] })),
  );
}

/** Data that is valid by a schema. At depth 0, what may be missing is. */
function dataOf(schema: Schema, types: Types, depth: number): fc.Arbitrary<unknown> {
  if ('$ref' in schema) return dataOf(types[schema.$ref.slice('#/types/'.length)] ?? {}, types, depth);
  if ('anyOf' in schema) {
    const [first] = schema.anyOf.toReversed();
    const members = depth > 0 || first === undefined ? schema.anyOf : [first];
    return fc.oneof(...members.map((member) => dataOf(member, types, depth - 1)));
  }
  if (!('type' in schema)) return fc.jsonValue({ maxDepth: 1, noUnicodeString: false }).map(withoutOddities);
  if ('const' in schema) return fc.constant(schema.const);
  if ('properties' in schema) return objectData(schema, types, depth);
  if ('additionalProperties' in schema) {
    if (depth <= 0) return fc.constant({});
    return fc.dictionary(mapKey(), dataOf(schema.additionalProperties, types, depth - 1), {
      maxKeys: 3,
      noNullPrototype: true,
    });
  }
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.maxSafeInteger().map((value) => value + 0);
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    case 'array':
      return depth <= 0 ? fc.constant([]) : fc.array(dataOf(schema.items, types, depth - 1), { maxLength: 3 });
    default:
      return stringData(schema);
  }
}

function stringData({ enum: values, format }: { readonly enum?: readonly string[]; readonly format?: string }) {
  if (values !== undefined) return fc.constantFrom(...values);
  if (format !== 'date-time') return fc.string({ unit: 'grapheme', maxLength: 8 });
  const [min, max] = [new Date('0001-01-01T00:00:00Z'), new Date('9999-12-31T23:59:59.999Z')];
  return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
}

function objectData(
  { properties, required = [] }: Extract<Schema, { properties: unknown }>,
  types: Types,
  depth: number,
): fc.Arbitrary<unknown> {
  const wanted = Object.entries(properties).filter(([key]) => depth > 0 || required.includes(key));
  const members = Object.fromEntries(wanted.map(([key, schema]) => [key, dataOf(schema, types, depth - 1)]));
  return fc.record(members, { requiredKeys: [...required], noNullPrototype: true });
}

/** PHP's objects have no key that begins with NUL, and `__proto__` nobody should send. */
function mapKey(): fc.Arbitrary<string> {
  return fc
    .oneof(fc.constantFrom('0', '1', 'a', ''), fc.string({ maxLength: 4 }))
    .filter((key) => key !== '__proto__' && !key.startsWith('\0'));
}

/** Without -0, `__proto__` and NUL, of which JSON, JavaScript and PHP think differently. */
function withoutOddities(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto').replaceAll('\\u0000', '')) as unknown;
}
