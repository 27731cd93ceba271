import fc from 'fast-check';

/** JSON Schema as a library might export it, small and with few names, so that two of them have much in common. */
export type RandomSchema = Readonly<Record<string, unknown>>;

const key = fc.constantFrom('a', 'b', 'c');
const small = fc.integer({ min: 0, max: 4 });
const values = fc.uniqueArray(fc.constantFrom('x', 'y', 'zz', ''), { minLength: 1, maxLength: 3 });

const scalar: fc.Arbitrary<RandomSchema> = fc.oneof(
  fc.constant({ type: 'null' }),
  fc.constant({ type: 'boolean' }),
  fc.boolean().map((value) => ({ const: value })),
  values.map((names) => ({ type: 'string', enum: names })),
  fc.constantFrom('x', 'y').map((value) => ({ const: value })),
  fc.integer({ min: -2, max: 2 }).map((value) => ({ const: value })),
  fc.constantFrom('^x*$', '^[xy]+$').map((pattern) => ({ type: 'string', pattern })),
  fc.record({ type: fc.constant('string'), minLength: small, maxLength: small }, { requiredKeys: ['type'] }),
  fc.record(
    {
      type: fc.constantFrom('integer', 'number'),
      minimum: small,
      maximum: small,
      exclusiveMinimum: small,
      exclusiveMaximum: small,
      multipleOf: fc.constantFrom(1, 2, 3),
    },
    { requiredKeys: ['type'] },
  ),
);

/** `$ref` leads to the types `T` and `U` of the document that the schema is put into. */
export const randomSchema: fc.Arbitrary<RandomSchema> = fc.letrec<{ schema: RandomSchema; object: RandomSchema }>(
  (tie) => ({
    schema: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.constant({}),
      fc.constantFrom({ $ref: '#/types/T' }, { $ref: '#/types/U' }),
      tie('object'),
      fc.record(
        {
          type: fc.constant('array'),
          items: tie('schema'),
          minItems: small,
          maxItems: small,
          uniqueItems: fc.boolean(),
        },
        { requiredKeys: ['type', 'items'] },
      ),
      fc.record(
        {
          type: fc.constant('object'),
          additionalProperties: tie('schema'),
          propertyNames: fc.constantFrom({ pattern: '^x*$' }, { minLength: 1 }),
          minProperties: small,
          maxProperties: small,
        },
        { requiredKeys: ['type', 'additionalProperties'] },
      ),
      fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
      fc.array(tie('object'), { minLength: 1, maxLength: 3 }).map((objects) => ({ anyOf: objects.map(discriminated) })),
    ),
    object: fc
      .tuple(fc.dictionary(key, tie('schema'), { maxKeys: 3 }), fc.subarray(['a', 'b', 'c']))
      .map(([properties, wanted]) => ({
        type: 'object',
        properties,
        required: wanted.filter((name) => Object.hasOwn(properties, name)),
      })),
  }),
).schema;

function discriminated(object: RandomSchema, index: number): RandomSchema {
  const { properties, required } = object as { properties: object; required: string[] };
  const kind = { const: ['x', 'y', 'zz'][index] };
  return { ...object, properties: { ...properties, kind }, required: [...required, 'kind'] };
}
