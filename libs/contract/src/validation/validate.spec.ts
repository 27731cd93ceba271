import { type } from 'arktype';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { StandardIssue, StandardSchema } from '../standard-schema';
import type { ValidationIssue } from './issue';
import { validate, type Validation } from './validate';

/** A schema that reports these issues for everything. */
function reporting(issues: readonly StandardIssue[]): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } };
}

/** What the given schema hands on, unknown keys included. */
const ANYTHING = z.unknown();

describe('validation', () => {
  const schema = z.object({ welcome: z.int(), lines: z.array(z.object({ qty: z.int().default(1) })).default([]) });

  test('gives the data as the schema gives it out', () => {
    const result = validate(schema, { welcome: 42, extra: 1, lines: [{}] });
    expect(result).toEqual({ value: { welcome: 42, lines: [{ qty: 1 }] } });
    expectTypeOf(result).toEqualTypeOf<
      Validation<z.output<typeof schema>> | Promise<Validation<z.output<typeof schema>>>
    >();
  });

  test('names every wrong field by its path', () => {
    expect(validate(schema, { welcome: 'x', lines: [{}, { qty: 1.5 }, 7] })).toEqual({
      issues: [
        { path: '/welcome', message: 'Invalid input: expected number, received string' },
        { path: '/lines/1/qty', message: 'Invalid input: expected int, received number' },
        { path: '/lines/2', message: 'Invalid input: expected object, received number' },
      ],
    });
    expect(validate(schema, null)).toMatchObject({ issues: [{ path: '' }] });
  });

  test('is synchronous where the schema is, and a promise where it is not', async () => {
    const slow = z.object({ a: z.string().refine((text) => Promise.resolve(text !== 'taken'), 'is taken') });
    expect(validate(schema, { welcome: 1 })).not.toBeInstanceOf(Promise);
    expect(validate(type({ a: 'string' }), { a: 'x' })).toEqual({ value: { a: 'x' } });
    const taken = validate(slow, { a: 'taken' });
    expect(taken).toBeInstanceOf(Promise);
    expect(await taken).toEqual({ issues: [{ path: '/a', message: 'is taken' }] });
    expect(await validate(slow, { a: 'free' })).toEqual({ value: { a: 'free' } });
  });

  test('escapes paths as JSON pointers do, in every form that libraries give them', () => {
    const issues = [{ message: 'm', path: ['a/b', { key: '~' }, 0] }, { message: 'm', path: [] }, { message: 'm' }];
    expect(validate(reporting(issues), {})).toEqual({
      issues: [
        { path: '/a~1b/~0/0', message: 'm' },
        { path: '', message: 'm' },
        { path: '', message: 'm' },
      ],
    });
  });

  test.each([
    [99, 99],
    [100, 100],
    [101, 101],
    [5000, 101],
  ])('of %d issues gives %d', (count, given) => {
    const issues = Array.from({ length: count }, (_, index) => ({ message: 'm', path: [index] }));
    const { issues: normalized } = validate(reporting(issues), {}) as { issues: readonly ValidationIssue[] };
    expect(normalized).toHaveLength(given);
    expect(normalized.at(-1)?.message).toBe(count > 100 ? `and ${count - 100} more` : 'm');
  });

  test('shortens long messages and paths, without cutting a character in two', () => {
    const issue = { message: '😀'.repeat(1000), path: ['x'.repeat(1000)] };
    const { issues } = validate(reporting([issue]), {}) as { issues: readonly ValidationIssue[] };
    expect(issues[0]?.path).toBe(`/${'x'.repeat(254)}…`);
    expect(issues[0]?.message).toMatch(/^(😀){255}\ufffd?…$/u);
    expect(issues[0]?.message.isWellFormed()).toBe(true);
  });

  test('throws, or rejects with, what a schema’s own function throws', async () => {
    const broken = z.string().transform(() => {
      throw new RangeError('broken');
    });
    await expect(Promise.resolve().then(() => validate(broken, 'a'))).rejects.toThrow(RangeError);
  });
});

describe('the key __proto__', () => {
  const parsed = (text: string): unknown => JSON.parse(text);

  test.each<[string, StandardSchema]>([
    ['an object that drops unknown keys', z.object({ a: z.unknown() })],
    ['an object that keeps them', z.looseObject({ a: z.unknown() })],
    ['an object that refuses them', z.strictObject({ a: z.unknown() })],
    ['a map', z.record(z.string(), z.unknown())],
    ['anything', ANYTHING],
    ['a library that keeps unknown keys', type({ a: 'unknown' })],
  ])('never gets through %s', (_, schema) => {
    const data = parsed('{"a":{"b":[1,{"__proto__":{"admin":true},"c":2}]},"__proto__":{"admin":true}}');
    expect(JSON.stringify(validate(schema, data))).toBe('{"value":{"a":{"b":[1,{"c":2}]}}}');
  });

  test('is taken out of a copy, and what has none is not copied', () => {
    const data = parsed('{"a":{"__proto__":1},"b":{"c":[]}}') as { a: object; b: object };
    const { value } = validate(ANYTHING, data) as { value: { a: object; b: object } };
    expect(Object.hasOwn(data.a, '__proto__')).toBe(true);
    expect(Object.hasOwn(value.a, '__proto__')).toBe(false);
    expect(value.b).toBe(data.b);
    const clean = { a: [{ b: 1 }] };
    expect(validate(ANYTHING, clean)).toEqual({ value: clean });
    expect((validate(ANYTHING, clean) as { value: unknown }).value).toBe(clean);
  });

  test('is not looked for in instances of classes, which no peer can send', () => {
    const date = new Date(0);
    expect((validate(ANYTHING, { date }) as { value: { date: unknown } }).value.date).toBe(date);
  });
});

describe('depth', () => {
  const nested = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1);
  const circle: { self?: unknown; other: unknown[] } = { other: [] };
  circle.self = circle;
  circle.other.push(circle, circle);

  test.each<[string, unknown, boolean]>([
    ['511 levels', nested(511), true],
    ['512 levels', nested(512), true],
    ['513 levels', nested(513), false],
    ['5,000 levels', nested(5000), false],
    ['a circle', circle, false],
  ])('%s', (_, data, valid) => {
    const result = validate(ANYTHING, data);
    if (valid) expect(result).toHaveProperty('value');
    else expect(result).toEqual({ issues: [{ path: '', message: 'is nested deeper than 512, or circular' }] });
  });
});
