import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContractError } from '../contract-error';
import { validator } from '../testing/json-schema-validator';
import { randomSchema } from '../testing/random-schema';
import { randomValue } from '../testing/random-value';
import { normalForm } from './normal-form';

const STRING = { type: 'string' };
const NULL = { type: 'null' };
const object = (properties: object, required: readonly string[] = []) => ({ type: 'object', properties, required });
const of = (schema: unknown) => normalForm(schema, '/x#/request').schema;

describe('the normal form of a JSON Schema', () => {
  test.each<[string, unknown, unknown]>([
    ['annotations of the format', { $schema: 'x', $id: 'y', $comment: 'z', title: 'T', ...STRING }, STRING],
    ['keywords of one’s own', { ...STRING, 'x-mine': 1, readOnly: true }, STRING],
    ['no schema at all', true, {}],
    [
      'documentation',
      { description: ' d ', default: 1, examples: [1], deprecated: true },
      { description: 'd', default: 1, examples: [1], deprecated: true },
    ],
    ['documentation that says nothing', { ...STRING, description: '', deprecated: false }, STRING],
    [
      'the safe integers',
      { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 },
      { type: 'integer' },
    ],
    [
      'half of the safe integers',
      { type: 'integer', exclusiveMinimum: 0, maximum: 9007199254740991 },
      { type: 'integer', exclusiveMinimum: 0 },
    ],
    ['the range of a float', { type: 'number', minimum: -3.4028234663852886e38 }, { type: 'number' }],
    [
      'a range',
      { type: 'number', minimum: 0, maximum: 1.5, multipleOf: 0.5 },
      { type: 'number', minimum: 0, maximum: 1.5, multipleOf: 0.5 },
    ],
    [
      'a pattern of one’s own beside a format',
      { ...STRING, format: 'date-time', pattern: '^x$' },
      { ...STRING, format: 'date-time', pattern: '^x$' },
    ],
    [
      'a pattern beside a format that says little',
      { ...STRING, format: 'lowercase', pattern: '^[^A-Z]*$' },
      { ...STRING, format: 'lowercase', pattern: '^[^A-Z]*$' },
    ],
    ['a minimum of 0', { ...STRING, minLength: 0, maxLength: 3 }, { ...STRING, maxLength: 3 }],
    [
      'bytes',
      { ...STRING, contentEncoding: 'base64', contentMediaType: 'image/png' },
      { ...STRING, contentEncoding: 'base64', contentMediaType: 'image/png' },
    ],
    ['an untyped enum', { enum: ['b', 'a', 'b'] }, { ...STRING, enum: ['b', 'a'] }],
    ['an enum of one', { enum: ['a'] }, { ...STRING, enum: ['a'] }],
    ['an untyped constant', { const: 'a' }, { ...STRING, const: 'a' }],
    ['a number', { type: 'number', const: 5 }, { type: 'integer', const: 5 }],
    ['a fraction', { const: 0.5 }, { type: 'number', const: 0.5 }],
    ['both booleans', { enum: [false, true] }, { type: 'boolean' }],
    ['one boolean', { const: true }, { type: 'boolean', const: true }],
    ['null as a constant', { const: null }, NULL],
    ['an enum with null', { enum: ['a', null] }, { anyOf: [{ ...STRING, enum: ['a'] }, NULL] }],
    [
      'strings and booleans',
      { enum: [true, 'a'] },
      {
        anyOf: [
          { ...STRING, enum: ['a'] },
          { type: 'boolean', const: true },
        ],
      },
    ],
    ['two types', { type: ['null', 'string'], minLength: 1 }, { anyOf: [{ ...STRING, minLength: 1 }, NULL] }],
    [
      'two types and an enum',
      { type: ['string', 'null'], enum: ['a', null] },
      { anyOf: [{ ...STRING, enum: ['a'] }, NULL] },
    ],
    ['an array of anything', { type: 'array' }, { type: 'array', items: {} }],
    [
      'an array',
      { type: 'array', items: STRING, minItems: 1, maxItems: 2, uniqueItems: true },
      { type: 'array', items: STRING, minItems: 1, maxItems: 2, uniqueItems: true },
    ],
    ['an object', object({ b: STRING, a: STRING }, ['b', 'a', 'b']), object({ a: STRING, b: STRING }, ['a', 'b'])],
    [
      'an object that refuses other keys',
      { ...object({ a: STRING }, ['a']), additionalProperties: false },
      object({ a: STRING }, ['a']),
    ],
    ['an object without required keys', object({ a: STRING }), { type: 'object', properties: { a: STRING } }],
    ['an empty object', { ...object({}), additionalProperties: false }, { type: 'object', properties: {} }],
    ['any object', { type: 'object' }, { type: 'object', additionalProperties: {} }],
    [
      'an empty object with further keys',
      { ...object({}), additionalProperties: STRING },
      { type: 'object', additionalProperties: STRING },
    ],
    [
      'a map',
      { type: 'object', propertyNames: STRING, additionalProperties: STRING },
      { type: 'object', additionalProperties: STRING },
    ],
    [
      'a map with constrained keys',
      { type: 'object', propertyNames: { format: 'uuid' }, additionalProperties: true, maxProperties: 3 },
      { type: 'object', additionalProperties: {}, propertyNames: { ...STRING, format: 'uuid' }, maxProperties: 3 },
    ],
    [
      'a map as TypeBox writes it',
      { type: 'object', patternProperties: { '^.*$': STRING } },
      { type: 'object', additionalProperties: STRING },
    ],
    [
      'a map with named keys',
      { type: 'object', propertyNames: { enum: ['b', 'a'] }, additionalProperties: STRING, required: ['a'] },
      object({ a: STRING, b: STRING }, ['a']),
    ],
    ['oneOf', { oneOf: [STRING, NULL] }, { anyOf: [STRING, NULL] }],
    ['null first', { anyOf: [NULL, STRING], description: 'd' }, { anyOf: [STRING, NULL], description: 'd' }],
    ['nothing but null', { anyOf: [NULL, NULL] }, NULL],
    [
      'a union in a union',
      { anyOf: [{ anyOf: [STRING, NULL] }, { type: 'integer' }, NULL] },
      { anyOf: [STRING, { type: 'integer' }, NULL] },
    ],
    [
      'a union of one',
      { anyOf: [{ ...STRING, description: 'inner' }], description: 'outer' },
      { ...STRING, description: 'outer' },
    ],
    ['a union of equals', { anyOf: [STRING, { ...STRING, description: 'd' }] }, { ...STRING, description: 'd' }],
    [
      'constants in a union',
      { anyOf: [{ const: 'a' }, { const: 'b' }, NULL] },
      { anyOf: [{ ...STRING, enum: ['a', 'b'] }, NULL] },
    ],
    ['booleans in a union', { anyOf: [{ const: true }, { const: false }] }, { type: 'boolean' }],
    ['anything or null', { anyOf: [{}, NULL], description: 'd' }, { description: 'd' }],
  ])('of %s', (_, schema, normal) => {
    const wanted = JSON.parse(JSON.stringify(normal)) as { required?: string[] };
    if (wanted.required?.length === 0) delete wanted.required;
    expect(of(schema)).toEqual(wanted);
  });

  test('keeps objects of a union that a required key tells apart, wherever it is said', () => {
    const circle = object({ kind: { const: 'circle' }, r: { type: 'number' } }, ['kind']);
    const types = { Kind: { const: 'square' }, Square: object({ kind: { $ref: '#/types/Kind' } }, ['kind']) };
    const { schema } = normalForm({ anyOf: [circle, { $ref: '#/types/Square' }, NULL] }, '', { types });
    expect(schema).toMatchObject({ anyOf: [{ required: ['kind'] }, { $ref: '#/types/Square' }, NULL] });
  });

  test('does not depend on the form that it is given in, and allows the same values', { timeout: 60_000 }, () => {
    const seen = { schemas: 0, values: 0, valid: 0 };
    const accepted = fc.record({ schema: randomSchema, T: randomSchema, U: randomSchema }).filter(isAccepted);
    const valued = accepted.chain((parts) => {
      const normal = normalFormOf(parts);
      return fc.tuple(
        fc.constant({ parts, normal }),
        fc.array(randomValue(normal.schema, normal.types), { minLength: 4, maxLength: 8 }),
      );
    });
    fc.assert(
      fc.property(valued, ([{ parts, normal }, values]) => {
        const again = normalForm(normal.schema, '', { types: Object.fromEntries(normal.types) });
        expect(again).toEqual(normal);
        const { schema, T, U } = parts;
        const allowsBefore = validator(schema, new Map(Object.entries({ T, U })));
        const allowsNow = validator(normal.schema, normal.types);
        for (const value of values) {
          const valid = allowsBefore(value);
          expect({ value, valid: allowsNow(value) }).toEqual({ value, valid });
          seen.values++;
          if (valid) seen.valid++;
        }
        seen.schemas++;
      }),
      { numRuns: 100 },
    );
    expect(seen.valid).toBeGreaterThan(seen.schemas / 2);
    expect(seen.values).toBeGreaterThan(seen.valid);
  });
});

describe('named types', () => {
  const money = object({ amount: { type: 'integer' } }, ['amount']);

  test('stand apart, once for each name, and only those that are referred to', () => {
    const $defs = { Money: { ...money, description: 'Money!' }, Price: { $ref: '#/$defs/Money' }, Unused: STRING };
    const schema = {
      ...object({ a: { $ref: '#/$defs/Price', description: 'here' }, b: { $ref: '#/$defs/Money' } }),
      $defs,
    };
    const form = normalForm(schema, '');
    expect(form.schema).toEqual({
      type: 'object',
      properties: { a: { $ref: '#/types/Price', description: 'here' }, b: { $ref: '#/types/Money' } },
    });
    expect(Object.fromEntries(form.types)).toEqual({
      Price: { $ref: '#/types/Money' },
      Money: { ...money, description: 'Money!' },
    });
  });

  test('may refer to themselves and to each other', () => {
    const $defs = {
      Tree: object({ kids: { type: 'array', items: { $ref: '#/$defs/Tree' } }, leaf: { $ref: '#/definitions/Leaf' } }),
    };
    const definitions = { Leaf: { anyOf: [object({ tree: { $ref: '#/$defs/Tree' } }), NULL] } };
    const form = normalForm({ $ref: '#/$defs/Tree', $defs, definitions }, '');
    expect(form.schema).toEqual({ $ref: '#/types/Tree' });
    expect([...form.types.keys()].sort()).toEqual(['Leaf', 'Tree']);
  });

  test('that a library made up are written out', () => {
    const $defs = { __schema0: STRING, 0: { type: 'integer' }, type4: { $ref: '#/$defs/__schema0' } };
    const schema = object({ a: { $ref: '#/$defs/type4' }, b: { $ref: '#/$defs/0' } });
    const form = normalForm({ ...schema, $defs }, '');
    expect(form).toEqual({
      schema: { type: 'object', properties: { a: STRING, b: { type: 'integer' } } },
      types: new Map(),
    });
  });

  test('take their name from the title where the library has no ids', () => {
    const $defs = { type4: { ...object({ next: { $ref: '#/$defs/type4' } }), title: 'Chain' } };
    const form = normalForm({ $ref: '#/$defs/type4', $defs }, '');
    expect(form.schema).toEqual({ $ref: '#/types/Chain' });
    expect(form.types.get('Chain')).toEqual({ type: 'object', properties: { next: { $ref: '#/types/Chain' } } });
  });

  test('keep their name when nullable, unions too', () => {
    const shape = { anyOf: ['a', 'b'].map((kind) => object({ kind: { const: kind } }, ['kind'])) };
    const $defs = { Shape: shape, Maybe: { anyOf: [STRING, NULL] } };
    const form = (anyOf: readonly object[]) => normalForm({ anyOf, $defs, description: 'd' }, '').schema;
    expect(form([{ $ref: '#/$defs/Shape' }, NULL])).toEqual({
      anyOf: [{ $ref: '#/types/Shape' }, NULL],
      description: 'd',
    });
    expect(form([{ $ref: '#/$defs/Maybe' }, NULL])).toEqual({ $ref: '#/types/Maybe', description: 'd' });
  });
});

describe('what documents do not support is refused with its path and the remedy:', () => {
  const cycle: { properties?: object; type: string } = { type: 'object' };
  cycle.properties = { a: cycle };
  test.each<[string, unknown, string, RegExp]>([
    ['a tuple', { type: 'array', prefixItems: [STRING] }, '', /is a tuple; give its members names: make it an object/],
    ['a tuple of old', { type: 'array', items: [STRING] }, '', /is a tuple/],
    ['an array without members', { type: 'array', items: false }, '', /is a tuple/],
    [
      'allOf',
      { allOf: [STRING] },
      '',
      /combines schemas \(allOf\); write one object with all the keys, or one pattern/,
    ],
    ['nothing', { not: {} }, '', /excludes values \(not\)/],
    ['nothing at all', false, '', /false is no JSON Schema/],
    ['a condition', { if: {}, then: {} }, '', /uses if/],
    [
      'an undiscriminated union',
      { anyOf: [object({ a: STRING }), object({ b: STRING })] },
      '',
      /2 objects that cannot be told apart; give each the same required key with a string constant/,
    ],
    [
      'an optional discriminator',
      { anyOf: [object({ k: { const: 'a' } }), object({ k: { const: 'b' } }, ['k'])] },
      '',
      /cannot be told apart/,
    ],
    [
      'equal discriminators',
      { anyOf: [object({ k: { const: 'a' } }, ['k']), object({ k: { const: 'a' }, b: STRING }, ['k'])] },
      '',
      /cannot be told apart/,
    ],
    [
      'numbers that are told apart',
      { anyOf: [{ type: 'integer' }, { type: 'number' }] },
      '',
      /2 schemas of number.*allow any number, in a range/,
    ],
    [
      'strings that are told apart',
      { anyOf: [STRING, { const: 'a' }] },
      '',
      /2 schemas of string.*allow any string, or only named ones/,
    ],
    [
      'arrays that are told apart',
      { anyOf: [{ type: 'array', items: STRING }, { type: 'array' }] },
      '',
      /2 schemas of array.*make it one array of a union/,
    ],
    [
      'a map or an object',
      { anyOf: [object({ a: STRING }), { type: 'object' }] },
      '',
      /2 schemas of object.*put the map under a key of its own/,
    ],
    ['anything or something', { anyOf: [{}, STRING] }, '', /union of anything and something/],
    [
      'an enum of numbers',
      { enum: [1, 2] },
      '',
      /is an enum of numbers; use strings, or a number with a minimum and a maximum/,
    ],
    ['an enum of objects', { enum: [{}] }, '', /enum value that is an object or an array/],
    ['an empty enum', { enum: [] }, '', /enum without values/],
    ['an enum against its type', { type: 'string', enum: ['a', 1] }, '', /1 is not of its type, "string"/],
    [
      'an unsafe constant',
      { const: 2 ** 53 },
      '',
      /9007199254740992 is no number that every language reads; write it as a string/,
    ],
    ['an empty union', { anyOf: [] }, '/anyOf', /has no members/],
    [
      'known and further keys',
      { ...object({ a: STRING }), additionalProperties: {} },
      '',
      /known keys and further ones; put the further ones into a map/,
    ],
    [
      'known keys and their number',
      { ...object({ a: STRING }), minProperties: 1 },
      '',
      /has known keys and minProperties; check it in the handler/,
    ],
    ['keys by pattern', { type: 'object', patternProperties: { '^a': STRING } }, '', /keys by pattern/],
    [
      'keys that are no strings',
      { type: 'object', additionalProperties: {}, propertyNames: { type: 'integer' } },
      '/propertyNames',
      /no strings/,
    ],
    ['an unknown type', { type: 'date' }, '', /"date" is no type of JSON/],
    ['no type', { properties: { a: STRING } }, '', /has properties and no type; say its type/],
    ['a reference and more', { $ref: '#/$defs/A', minLength: 1 }, '', /has minLength beside \$ref/],
    ['a union and more', { type: 'object', oneOf: [STRING] }, '', /has type beside oneOf/],
    ['a reference to nothing', { $ref: '#/$defs/Nope' }, '', /refers to "#\/\$defs\/Nope", which is not there/],
    [
      'a name that is none',
      { $ref: '#/$defs/order-line', $defs: { 'order-line': STRING } },
      '',
      /"order-line", does not match \[A-Z\]\[A-Za-z0-9\]\*; write "OrderLine"/,
    ],
    [
      'a nameless circle',
      object({ a: { type: 'array', items: { $ref: '#' } } }),
      '/properties/a/items',
      /a type without a name that refers to itself; name the type: \.meta\(\{ id \}\) in zod/,
    ],
    ['a circle of objects', cycle, '(/properties/a){256}', /nested deeper than 256/],
    [
      'a type that is only itself',
      { $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/B' }, B: { $ref: '#/$defs/A' } } },
      '',
      /type A is only itself/,
    ],
    [
      'a type that is itself or null',
      { $ref: '#/$defs/A', $defs: { A: { anyOf: [{ $ref: '#/$defs/A' }, NULL] } } },
      '',
      /type A is only itself/,
    ],
    [
      'a named union among others',
      { anyOf: [{ $ref: '#/$defs/A' }, { type: 'integer' }], $defs: { A: { anyOf: [STRING, NULL] } } },
      '',
      /is a union of more than type A, which is a union itself; write its members out beside the others, or name the whole union/,
    ],
    [
      'two types of one name',
      object({ a: { $ref: 'A', $defs: { A: STRING } }, b: { $ref: 'A', $defs: { A: NULL } } }),
      '/properties/b',
      /type A is another one than at \/x#\/request\/properties\/a/,
    ],
    ['a required key that is none', object({}, ['a']), '', /requires "a", which it does not describe/],
    ['properties that are none', { type: 'object', properties: [] }, '', /properties is no object/],
    ['a length that is none', { ...STRING, minLength: -1 }, '', /minLength is -1/],
    ['a bound that is none', { type: 'number', exclusiveMinimum: true }, '', /exclusiveMinimum is true/],
    ['a pattern that is none', { ...STRING, pattern: 5 }, '', /pattern is 5/],
    ['a default without JSON', { ...STRING, default: 5n }, '/default', /has no JSON/],
    [
      'deep inside',
      object({
        a: { type: 'array', items: { type: 'object', additionalProperties: { anyOf: [NULL, { enum: [1, 2] }] } } },
      }),
      '/properties/a/items/additionalProperties/anyOf/1',
      /enum of numbers/,
    ],
    ...['then', 'Prototype', '__x', ...Object.getOwnPropertyNames(Object.prototype)].map(
      (key): [string, unknown, string, RegExp] => [
        `a key ${key}`,
        JSON.parse(`{"type":"object","properties":{"${key}":{}}}`),
        `/properties/${key}`,
        /is a name that JavaScript gives a meaning; choose another name, or make the object a map/,
      ],
    ),
    ['a key that PHP reserves', object({ this: STRING }), '/properties/this', /is a name that PHP reserves/],
    ...['', '2nd', 'a b', 'é', '$a', 'a.b', '-a', '_'].map((key): [string, unknown, string, RegExp] => [
      `a key ${JSON.stringify(key)}`,
      object({ [key]: STRING }),
      `/properties/${key.replace('$', '\\$')}`,
      /has no name in generated code; use letters, digits, "_" and "-", a letter first/,
    ]),
    ['a key with a slash', object({ 'a/b': STRING }), '/properties/a~1b', /has no name in generated code/],
    [
      'keys with one name',
      object({ created_at: STRING, createdAt: STRING }),
      '/properties/created_at',
      /: "created_at" gets the same name in generated code as "createdAt"; rename one of them/,
    ],
    [
      'keys that differ in case',
      object({ id: STRING, ID: STRING }),
      '/properties/id',
      /: "id" gets the same name in generated code as "ID"; rename one of them/,
    ],
  ])('%s', (_, schema, path, message) => {
    const error = thrownBy(() => normalForm(schema, '/x#/request'));
    expect(error.message).toMatch(message);
    expect(error.problems[0]?.path).toMatch(new RegExp(`^/x#/request${path}$`));
    expect(error.problems[0]?.remedy).toMatch(/\w/);
  });
});

function normalFormOf({ schema, T, U }: Record<string, unknown>) {
  return normalForm(schema, '', { types: { T, U } });
}

function isAccepted(parts: Record<string, unknown>): boolean {
  try {
    normalFormOf(parts);
    return true;
  } catch (error) {
    if (error instanceof ContractError) return false;
    throw error;
  }
}

function thrownBy(action: () => unknown): ContractError {
  try {
    action();
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
