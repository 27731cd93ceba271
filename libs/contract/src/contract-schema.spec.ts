import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import Ajv from 'ajv/dist/2020';
import { scope, type } from 'arktype';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { ContractError } from './contract-error';
import { fromJsonSchema, type ContractSchema, type SchemaInput, type SchemaOutput } from './contract-schema';
import { endpoint } from './endpoint/endpoint';
import { normalForm } from './schema/normal-form';
import { validate } from './validation/validate';

interface Order {
  id: number;
  state: 'open' | 'paid';
  note: string | null;
  lines: { sku: string; qty?: number }[];
}

const zodOrder = z.object({
  id: z.int(),
  state: z.enum(['open', 'paid']),
  note: z.string().nullable(),
  lines: z.array(z.object({ sku: z.string(), qty: z.int().min(1).exactOptional() })),
});

const arkOrder = type({
  id: 'number.integer',
  state: "'open'|'paid'",
  note: 'string|null',
  lines: type({ sku: 'string', 'qty?': 'number.integer>=1' }).array(),
});

const valibotOrder = toStandardJsonSchema(
  v.object({
    id: v.pipe(v.number(), v.integer()),
    state: v.picklist(['open', 'paid']),
    note: v.nullable(v.string()),
    lines: v.array(v.object({ sku: v.string(), qty: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))) })),
  }),
);

const TypeBoxOrder = Type.Object({
  id: Type.Integer(),
  state: Type.Union([Type.Literal('open'), Type.Literal('paid')]),
  note: Type.Union([Type.String(), Type.Null()]),
  lines: Type.Array(Type.Object({ sku: Type.String(), qty: Type.Optional(Type.Integer({ minimum: 1 })) })),
});
const typeBoxValidator = Compile(TypeBoxOrder);
const typeBoxOrder = fromJsonSchema<Static<typeof TypeBoxOrder>>(TypeBoxOrder, (value) =>
  typeBoxValidator.Check(value) ? [] : typeBoxValidator.Errors(value),
);

const plainOrder = JSON.parse(JSON.stringify(TypeBoxOrder)) as object;
const ajvValidate = new Ajv({ allErrors: true }).compile(plainOrder);
const ajvOrder = fromJsonSchema<Order>(plainOrder, (value) => (ajvValidate(value) ? [] : ajvValidate.errors));

describe.each<[string, ContractSchema<Order, Order>]>([
  ['zod', zodOrder],
  ['arktype', arkOrder],
  ['valibot', valibotOrder],
  ['TypeBox', typeBoxOrder],
  ['plain JSON Schema with Ajv', ajvOrder],
])('a schema of %s', (_, schema) => {
  test('documents the same', () => {
    const { jsonSchema } = schema['~standard'];
    for (const io of ['input', 'output'] as const) {
      expect(normalForm(jsonSchema[io]({ target: 'draft-2020-12' }), '')).toEqual({
        schema: {
          type: 'object',
          properties: {
            id: { type: 'integer' },
            state: { type: 'string', enum: ['open', 'paid'] },
            note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
            lines: {
              type: 'array',
              items: {
                type: 'object',
                properties: { sku: { type: 'string' }, qty: { type: 'integer', minimum: 1 } },
                required: ['sku'],
              },
            },
          },
          required: ['id', 'lines', 'note', 'state'],
        },
        types: new Map(),
      });
    }
  });

  test('validates, and names the path of every field that is wrong', () => {
    const order: Order = { id: 1, state: 'open', note: null, lines: [{ sku: 'a', qty: 2 }, { sku: 'b' }] };
    expect(validate(schema, order)).toEqual({ value: order });
    const result = validate(schema, { ...order, id: 'x', state: 'sold', lines: [{ sku: 'a' }, { sku: 5, qty: 0 }] });
    const { issues = [] } = result as { issues?: { path: string; message: string }[] };
    const paths = new Set(issues.map(({ path }) => path));
    for (const path of ['/id', '/state', '/lines/1/sku', '/lines/1/qty']) expect(paths).toContain(path);
    expect(issues.every(({ message }) => message.length > 0)).toBe(true);
  });

  test('is what an endpoint takes', () => {
    const contract = endpoint('/orders/buy', { request: schema, response: schema });
    expect(contract.hash).toBe(endpoint('/orders/buy', { request: zodOrder, response: zodOrder }).hash);
  });
});

describe('recursive types have a name', () => {
  interface Tree {
    name: string;
    kids: Tree[];
  }
  const zodTree: z.ZodType<Tree, Tree> = z
    .object({
      name: z.string(),
      get kids(): z.ZodType<Tree[], Tree[]> {
        return z.array(zodTree);
      },
    })
    .meta({ id: 'Tree' });
  const arkTree = scope({ Tree: [{ name: 'string', kids: 'Tree[]' }, '@', { title: 'Tree' }] }).export().Tree;
  const valibotTree: v.GenericSchema<Tree> = v.pipe(
    v.object({ name: v.string(), kids: v.array(v.lazy(() => valibotTree)) }),
    v.title('Tree'),
  );
  const typeBoxTree = Type.Cyclic(
    { Tree: Type.Object({ name: Type.String(), kids: Type.Array(Type.Ref('Tree')) }) },
    'Tree',
  );
  const tree = {
    type: 'object',
    properties: { name: { type: 'string' }, kids: { type: 'array', items: { $ref: '#/types/Tree' } } },
    required: ['kids', 'name'],
  };

  test.each<[string, ContractSchema]>([
    ['in zod, by .meta({ id })', z.object({ root: zodTree })],
    ['in arktype, by title', type({ root: arkTree })],
    ['in TypeBox, by Type.Cyclic', fromJsonSchema(Type.Object({ root: typeBoxTree }), () => [])],
  ])('%s', (_, schema) => {
    const form = normalForm(schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }), '');
    expect(form.schema).toMatchObject({ properties: { root: { $ref: '#/types/Tree' } } });
    expect(Object.fromEntries(form.types)).toEqual({ Tree: tree });
  });

  test('in valibot, by title, and the outermost is written out', () => {
    const { jsonSchema } = toStandardJsonSchema(valibotTree)['~standard'];
    const form = normalForm(jsonSchema.input({ target: 'draft-2020-12' }), '');
    expect(form).toEqual({ schema: tree, types: new Map([['Tree', tree]]) });
  });
});

describe('an intersection', () => {
  const typeBox = Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.Integer() })]);
  const anything = (schema: object): ContractSchema => fromJsonSchema(schema, () => []);
  const written = z.object({ a: z.string(), b: z.int() });

  test.each<[string, ContractSchema]>([
    ['zod', z.object({ a: z.string() }).and(z.object({ b: z.int() }))],
    ['arktype', type({ a: 'string' }).and({ b: 'number.integer' })],
    ['arktype, which narrows a shared key', type({ a: 'string', b: 'number' }).and({ b: 'number.integer' })],
    ['TypeBox, evaluated', anything(Type.Evaluate(typeBox))],
  ])('that %s makes one object of is that object: same schema, same hash', (_, schema) => {
    const hashes = [schema, written].map((part) => endpoint('/a', { request: part, response: part }).hash);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).toBeTypeOf('string');
    expect(validate(schema, { a: 'x', b: 1 })).toEqual({ value: { a: 'x', b: 1 } });
  });

  test.each<[string, ContractSchema, string]>([
    [
      'zod has of a shared key',
      z.object({ a: z.string() }).and(z.object({ a: z.email() })),
      '/x#/request/properties/a',
    ],
    [
      'valibot has',
      toStandardJsonSchema(v.intersect([v.object({ a: v.string() }), v.object({ b: v.number() })])),
      '/x#/request',
    ],
    ['TypeBox has', anything(typeBox), '/x#/request'],
  ])('such as %s, with no form of its own but allOf, is refused where it stands', (_, schema, path) => {
    const exported = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
    expect(() => normalForm(exported, '/x#/request')).toThrow(
      `"${path}": combines schemas (allOf); write one object with all the keys, or one pattern`,
    );
  });
});

describe('what is no contract schema is refused with the remedy:', () => {
  const withoutExport = (vendor: string) => ({ '~standard': { version: 1, vendor, validate: () => ({ value: 1 }) } });
  test.each<[string, unknown, string]>([
    [
      'nothing',
      undefined,
      'is no Standard Schema; give a schema of zod, arktype, valibot (toStandardJsonSchema) or TypeBox (fromJsonSchema)',
    ],
    ['JSON Schema as it is', { type: 'object' }, 'is no Standard Schema'],
    ['a function', () => true, 'is no Standard Schema'],
    ['an older zod', withoutExport('zod'), 'a zod schema without JSON Schema export; update zod to 4.2 or newer'],
    [
      'valibot as it is',
      v.object({}),
      'a valibot schema without JSON Schema export; wrap it in toStandardJsonSchema()',
    ],
    [
      'another library',
      withoutExport('other'),
      'without JSON Schema export; update its library, or build the schema with fromJsonSchema()',
    ],
  ])('%s', (_, schema, message) => {
    const declare = () => endpoint('/x', { request: schema as ContractSchema, response: z.object({}) });
    expect(declare).toThrow(ContractError);
    expect(declare).toThrow(`"/x#/request": `);
    expect(declare).toThrow(message);
  });
});

test('the types follow the published specification, and know what goes in and what comes out', () => {
  expectTypeOf<StandardSchemaV1<1, 2> & StandardJSONSchemaV1<1, 2>>().toExtend<ContractSchema<1, 2>>();
  expectTypeOf<ContractSchema<1, 2>>().toExtend<StandardSchemaV1<1, 2>>();
  type Both = ContractSchema<{ a?: string; b: string }, { a: string; b: number }>;
  expectTypeOf<SchemaInput<Both>>().toEqualTypeOf<{ a?: string; b: string }>();
  expectTypeOf<SchemaOutput<Both>>().toEqualTypeOf<{ a: string; b: number }>();
  expectTypeOf<SchemaOutput<typeof arkOrder>>().toEqualTypeOf<Order>();
  expectTypeOf<SchemaInput<typeof valibotOrder>>().toEqualTypeOf<Order>();
  expectTypeOf<SchemaOutput<typeof typeBoxOrder>['state']>().toEqualTypeOf<'open' | 'paid'>();
  // @ts-expect-error -- a valibot schema has no JSON Schema export of its own
  expect(() => endpoint('/x', { request: v.object({}), response: zodOrder })).toThrow(ContractError);
});
