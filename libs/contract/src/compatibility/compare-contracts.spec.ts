import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ContractDocument } from '../document/contract-document';
import { contractDocument } from '../document/document-builder';
import { endpoint, type AnyEndpoint } from '../endpoint/endpoint';
import { compareContracts } from './compare-contracts';

const empty = z.object({});
type Parts = Partial<Parameters<typeof endpoint>[1]>;

function documentOf(...endpoints: AnyEndpoint[]): ContractDocument {
  return contractDocument({ service: { name: 'shop', version: '1' }, endpoints });
}

function compareParts(older: Parts, newer: Parts) {
  const document = (parts: Parts) => documentOf(endpoint('/a', { request: empty, response: empty, ...parts }));
  return compareContracts(document(older), document(newer));
}

/** What is found when field `f` of a request, and of a response, changes: level, path below the field, message. */
function fieldFindings(older: z.ZodType, newer: z.ZodType) {
  const before = z.object({ f: older });
  const now = z.object({ f: newer });
  const found = (parts: [Parts, Parts], slot: string) =>
    compareParts(...parts).map(({ level, path, message }) => {
      expect(path.startsWith(`/a#/${slot}/properties/f`)).toBe(true);
      return `${level} ${path.slice(`/a#/${slot}/properties/f`.length)}: ${message}`.replace(' :', ':');
    });
  return {
    request: found([{ request: before }, { request: now }], 'request'),
    response: found([{ response: before }, { response: now }], 'response'),
  };
}

const patternOf = (schema: z.ZodType) => String(z.toJSONSchema(schema).pattern);

const circle = z.object({ kind: z.literal('circle'), r: z.number() });
const square = z.object({ kind: z.literal('square'), a: z.number() });
const dot = z.object({ kind: z.literal('dot') });
const shape = z.discriminatedUnion('kind', [circle, square]);

describe('a field that changes', () => {
  test.each<[string, z.ZodType, z.ZodType, string[], string[]]>([
    ['not at all', z.string(), z.string().describe('d'), [], []],
    [
      'its type',
      z.string(),
      z.int(),
      ['breaking: was string, is integer now'],
      ['breaking: was string, is integer now'],
    ],
    ['an integer over 0 to one from 1 on', z.int().positive(), z.int().min(1), [], []],
    ['an integer below 5 to one up to 4', z.int().lt(5), z.int().max(4), [], []],
    ['from integer to number', z.int(), z.number(), [], ['breaking: was integer, is number now']],
    ['from number to integer', z.number(), z.int(), ['breaking: was number, is integer now'], []],
    [
      'to an object',
      z.string(),
      empty,
      ['breaking: was string, is object now'],
      ['breaking: was string, is object now'],
    ],
    [
      'from a map to an object',
      z.record(z.string(), z.int()),
      empty,
      ['breaking: was map, is object now'],
      ['breaking: was map, is object now'],
    ],
    ['to anything', z.string(), z.unknown(), [], ['breaking: was string, is anything now']],
    ['from anything', z.unknown(), z.string(), ['breaking: was anything, is string now'], []],
    ['to nullable', z.string(), z.string().nullable(), [], ['breaking /anyOf/1: may be null now']],
    [
      'from nullable',
      z.string().nullable(),
      z.string(),
      ['breaking /anyOf/1: no longer accepts null'],
      ['notice: is no longer null'],
    ],
    [
      'by a new enum value',
      z.enum(['a', 'b']),
      z.enum(['b', 'a', 'c', 'd']),
      [],
      ['breaking: may be "c" now', 'breaking: may be "d" now'],
    ],
    ['by a lost enum value', z.enum(['a', 'b']), z.enum(['b']), ['breaking: no longer accepts "a"'], []],
    ['from an enum to any string', z.enum(['a', 'b']), z.string(), [], ['breaking: was "a" | "b", is string now']],
    ['from any string to an enum', z.string(), z.enum(['a']), ['breaking: was string, is "a" now'], []],
    ['its constant', z.literal('a'), z.literal('b'), ['breaking: no longer accepts "a"'], ['breaking: may be "b" now']],
    ['from a constant to an enum', z.literal('a'), z.enum(['a', 'b']), [], ['breaking: may be "b" now']],
    ['from true to a boolean', z.literal(true), z.boolean(), [], ['breaking: was true, is boolean now']],
    ['from a number to a range', z.literal(3), z.int().min(0).max(3), [], ['breaking: was 3, is integer now']],
    [
      'from a number out of a range',
      z.literal(4),
      z.int().min(0).max(3),
      ['breaking: upper bound was <= 4, is <= 3 now'],
      ['breaking: was 4, is integer now'],
    ],
    ['to a shorter maximum', z.string().max(5), z.string().max(3), ['breaking: maxLength was 5, is 3 now'], []],
    ['to a longer minimum', z.string(), z.string().min(1), ['breaking: minLength was not said, is 1 now'], []],
    ['to no maximum', z.string().max(5), z.string(), [], ['breaking: maxLength was 5, is not said now']],
    ['to a higher bound', z.int().min(1), z.int().min(2), ['breaking: lower bound was >= 1, is >= 2 now'], []],
    ['to an open bound', z.number().min(1), z.number().gt(1), ['breaking: lower bound was >= 1, is > 1 now'], []],
    ['to a coarser step', z.int().multipleOf(2), z.int().multipleOf(4), ['breaking: multipleOf was 2, is 4 now'], []],
    [
      'its format',
      z.iso.date(),
      z.iso.datetime(),
      ['breaking: format was date, is date-time now'],
      ['breaking: format was date, is date-time now'],
    ],
    [
      'to a format without offsets',
      z.iso.datetime({ offset: true }),
      z.iso.datetime(),
      [`breaking: pattern was ${patternOf(z.iso.datetime({ offset: true }))}, is that of date-time now`],
      [`breaking: pattern was ${patternOf(z.iso.datetime({ offset: true }))}, is that of date-time now`],
    ],
    [
      'to a pattern beside its format',
      z.email(),
      z.email({ pattern: /@corp\.com$/ }),
      ['breaking: pattern was that of email, is @corp\\.com$ now'],
      ['breaking: pattern was that of email, is @corp\\.com$ now'],
    ],
    ['not in its plain format', z.iso.datetime(), z.iso.datetime({ message: 'm' }), [], []],
    ['to a format', z.string(), z.uuid(), ['breaking: format was not said, is uuid now'], []],
    [
      'its pattern',
      z.string().regex(/a/),
      z.string().regex(/b/),
      ['breaking: pattern was a, is b now'],
      ['breaking: pattern was a, is b now'],
    ],
    [
      'from values too long for it',
      z.enum(['a', 'bbb']),
      z.string().max(2),
      ['breaking: maxLength was 3, is 2 now'],
      ['breaking: was "a" | "bbb", is string now'],
    ],
    ['what is in an array', z.array(z.int()), z.array(z.number()), [], ['breaking /items: was integer, is number now']],
    [
      'the size of an array',
      z.array(z.int()),
      z.array(z.int()).min(1).max(9),
      ['breaking: minItems was not said, is 1 now', 'breaking: maxItems was not said, is 9 now'],
      [],
    ],
    [
      'what is in a map',
      z.record(z.string(), z.int()),
      z.record(z.string(), z.int().nullable()),
      [],
      ['breaking /additionalProperties/anyOf/1: may be null now'],
    ],
    [
      'the keys of a map',
      z.record(z.string(), z.int()),
      z.record(z.uuid(), z.int()),
      ['breaking /propertyNames: format was not said, is uuid now'],
      [],
    ],
    ['by a new optional key', empty, z.object({ a: z.int().optional() }), [], []],
    ['by a new required key', empty, z.object({ a: z.int() }), ['breaking /properties/a: is a new required key'], []],
    [
      'by a lost optional key',
      z.object({ a: z.int().optional() }),
      empty,
      ['notice /properties/a: is no longer read'],
      ['notice /properties/a: is no longer sent'],
    ],
    [
      'by a lost required key',
      z.object({ a: z.int() }),
      empty,
      ['notice /properties/a: is no longer read'],
      ['breaking /properties/a: is no longer sent'],
    ],
    [
      'a key to required',
      z.object({ a: z.int().optional() }),
      z.object({ a: z.int() }),
      ['breaking /properties/a: is required now'],
      [],
    ],
    [
      'a key to optional',
      z.object({ a: z.int() }),
      z.object({ a: z.int().optional() }),
      [],
      ['breaking /properties/a: may be missing now'],
    ],
    [
      'by a new union member',
      shape,
      z.discriminatedUnion('kind', [circle, square, dot]),
      [],
      ['breaking /anyOf/2: may be object with kind "dot" now'],
    ],
    [
      'by a lost union member',
      shape,
      circle,
      ['breaking /anyOf/1: no longer accepts object with kind "square"'],
      ['notice: is no longer object with kind "square"'],
    ],
    [
      'inside a union member',
      shape,
      z.discriminatedUnion('kind', [square.extend({ a: z.int() }), circle]),
      ['breaking /anyOf/1/properties/a: was number, is integer now'],
      [],
    ],
    ['the order of a union', shape, z.discriminatedUnion('kind', [square, circle]), [], []],
    ['to a union of types', z.string(), z.union([z.string(), z.int()]), [], ['breaking /anyOf/1: may be integer now']],
    [
      'what tells a union apart',
      shape,
      z.discriminatedUnion('type', [circle.extend({ type: z.literal('a') }), square.extend({ type: z.literal('b') })]),
      [
        'breaking /anyOf/0/properties/type: is a new required key',
        'breaking /anyOf/1/properties/type: is a new required key',
      ],
      [],
    ],
    [
      'from one object to a union of which it is one',
      circle,
      shape,
      [],
      ['breaking /anyOf/1: may be object with kind "square" now'],
    ],
    [
      'from objects that are told apart to one that is all of them',
      shape,
      z.object({ kind: z.string() }),
      ['notice /anyOf/0/properties/r: is no longer read', 'notice /anyOf/1/properties/a: is no longer read'],
      ['breaking: may be object now'],
    ],
  ])('%s', (_, older, newer, request, response) => {
    expect(fieldFindings(older, newer)).toEqual({ request, response });
  });
});

describe('named types', () => {
  const tree = (leaf: z.ZodType, id = 'Tree'): z.ZodType => {
    const schema: z.ZodType = z
      .object({
        leaf,
        get kids(): z.ZodType {
          return z.array(schema);
        },
      })
      .meta({ id });
    return z.object({ a: schema, b: schema });
  };

  test('are followed, recursive ones too, and a change in one is found wherever it is used', () => {
    expect(compareParts({ request: tree(z.int()) }, { request: tree(z.string()) })).toEqual(
      ['a', 'b'].map((key) => ({
        level: 'breaking',
        path: `/a#/request/properties/${key}/properties/leaf`,
        message: 'was integer, is string now',
        remedy: 'go on accepting what callers send, or declare a new endpoint beside this one',
      })),
    );
    expect(compareParts({ response: tree(z.int()) }, { response: tree(z.int()) })).toEqual([]);
  });

  test('may be renamed, or be named at last: it is the same data', () => {
    expect(compareParts({ request: tree(z.int()) }, { request: tree(z.int(), 'Branch') })).toEqual([]);
    const point = z.object({ x: z.int() });
    const named = z.object({ p: point.meta({ id: 'Point' }) });
    const plain = z.object({ p: point });
    expect(compareParts({ request: named, response: plain }, { request: plain, response: named })).toEqual([]);
  });
});

describe('an endpoint', () => {
  test('that is gone breaks, one that is new does not', () => {
    const a = endpoint('/a', { request: empty, response: empty });
    const b = endpoint('/b', { request: empty, response: empty });
    expect(compareContracts(documentOf(a), documentOf(a, b))).toEqual([]);
    expect(compareContracts(documentOf(a, b), documentOf(b))).toEqual([
      { level: 'breaking', path: '/a', message: 'is gone', remedy: 'keep it until nothing calls it any more' },
    ]);
  });

  test.each<[string, Parts, Parts, string[]]>([
    ['becomes a stream', {}, { stream: true }, ['breaking /a#/stream: was one response, is a stream now']],
    ['is no stream any more', { stream: true }, {}, ['breaking /a#/stream: was a stream, is one response now']],
    ['becomes idempotent', {}, { idempotent: true }, []],
    ['is not idempotent any more', { idempotent: true }, {}, ['breaking /a#/idempotent: is no longer idempotent']],
    ['has a new error', {}, { errors: { 'a.b': empty } }, ['notice /a#/errors/a.b: is a new error']],
    ['has an error less', { errors: { 'a.b': empty } }, {}, []],
    [
      'has other details in an error',
      { errors: { 'a.b': z.object({ c: z.int(), d: z.int() }) } },
      { errors: { 'a.b': z.object({ c: z.number(), d: z.int(), e: z.int() }) } },
      ['breaking /a#/errors/a.b/properties/c: was integer, is number now'],
    ],
    [
      'is documented otherwise',
      { request: z.object({ a: z.int().default(1) }) },
      { request: z.object({ a: z.int().default(2).describe('d') }) },
      [],
    ],
  ])('that %s', (_, older, newer, found) => {
    const findings = compareParts(older, newer);
    expect(findings.map(({ level, path, message }) => `${level} ${path}: ${message}`)).toEqual(found);
    expect(findings.every(({ remedy }) => /\w/.test(remedy))).toBe(true);
  });
});
