import { describe, expect, it } from 'vitest';
import { ownTime } from '../../fixtures/own-time';
import { createRouter } from '../builtin/built-ins';
import { Router, type Handle } from './router';

const handle: Handle = () => undefined;

interface Registration {
  readonly kind: 'exact' | 'prefix' | 'pattern';
  readonly at: string | RegExp;
}

/** A router whose routes are called 0, 1, 2, … in the order of their registration. */
function routerOf(...registrations: readonly Registration[]): Router {
  const router = new Router();
  for (const [index, { kind, at }] of registrations.entries()) {
    if (at instanceof RegExp) router.addPattern(at, String(index), handle);
    else if (kind === 'exact') router.addExact(at, String(index), handle);
    else router.addBuiltIn(at, String(index), handle);
  }
  return router;
}

const exact = (at: string): Registration => ({ kind: 'exact', at });
const prefix = (at: string): Registration => ({ kind: 'prefix', at });
const pattern = (at: RegExp): Registration => ({ kind: 'pattern', at });

describe('a router', () => {
  it.each<[string, Registration, string, boolean]>([
    ['an exact route the whole URI', exact('/a/b'), '/a/b', true],
    ['no exact route what is longer', exact('/a/b'), '/a/b/c', false],
    ['no exact route what is shorter', exact('/a/b'), '/a', false],
    ['no exact route another case', exact('/a/b'), '/A/B', false],
    ['no exact route what it would match as a RegExp', exact('/a.b'), '/aXb', false],
    ['an exact route its own metacharacters', exact('/a.b(c'), '/a.b(c', true],
    ['an exact route called like a property of objects', exact('__proto__'), '__proto__', true],
    ['nothing for a property of objects', exact('/a'), 'constructor', false],
    ['a prefix itself', prefix('/a'), '/a', true],
    ['a prefix whatever follows', prefix('/a'), '/abc?d=1', true],
    ['no prefix in the middle', prefix('/a'), '/b/a', false],
    ['a pattern wherever it tests true', pattern(/b\d/), '/a/b1/c', true],
    ['an anchored pattern only there', pattern(/^\/b\d$/), '/a/b1', false],
    ['a pattern without regard to case where it says so', pattern(/^\/abc$/i), '/ABC', true],
    ['a unicode pattern by code points', pattern(/^\/.$/u), '/😀', true],
  ])('finds by %s', (_what, registration, uri, found) => {
    expect(routerOf(registration).find(uri)?.name).toBe(found ? '0' : undefined);
  });

  it.each<[string, readonly Registration[], string]>([
    ['exact before pattern', [exact('/a'), pattern(/a/)], '0'],
    ['pattern before exact', [pattern(/a/), exact('/a')], '0'],
    ['exact before prefix', [exact('/a'), prefix('/')], '0'],
    ['prefix before exact', [prefix('/'), exact('/a')], '0'],
    ['prefix before pattern', [prefix('/'), pattern(/a/)], '0'],
    ['pattern before prefix', [pattern(/a/), prefix('/')], '0'],
    ['two patterns', [pattern(/^\/a/), pattern(/a$/)], '0'],
    ['two equal exacts', [exact('/a'), exact('/a')], '0'],
    ['what does not match is passed over', [pattern(/b/), prefix('/b'), exact('/b'), exact('/a'), pattern(/a/)], '3'],
    ['a pattern between two equal exacts changes nothing', [exact('/a'), pattern(/a/), exact('/a')], '0'],
  ])('lets the first registered win: %s', (_what, registrations, winner) => {
    expect(routerOf(...registrations).find('/a')?.name).toBe(winner);
  });

  it.each([/^\/x/g, /^\/x/y, /^\/x/gy, /x/gi])('matches %s every time', (regExp) => {
    const router = routerOf(pattern(regExp));
    expect(Array.from({ length: 5 }, () => router.find('/x')?.name)).toEqual(Array(5).fill('0'));
  });

  it('leaves the RegExp it is given alone, and does not mind what its owner does with it', () => {
    const regExp = /x/g;
    const router = routerOf(pattern(regExp));
    regExp.test('/x');
    const { lastIndex } = regExp;
    expect([router.find('/x')?.name, router.find('/x')?.name]).toEqual(['0', '0']);
    expect(regExp.lastIndex).toBe(lastIndex);
  });

  it.each<[string, readonly Registration[], boolean]>([
    ['the first', [], true],
    ['one after an equal one', [exact('/a')], false],
    ['one after a pattern that matches it', [pattern(/^\/a/)], false],
    ['one after a prefix that matches it', [prefix('/a')], false],
    ['one after a pattern that matches something else', [pattern(/^\/b/)], true],
    ['one after a /g pattern that has just matched', [pattern(/a/g)], false],
  ])('tells whether an exact route can be reached: %s', (_what, before, reachable) => {
    expect(routerOf(...before).addExact('/a', 'a', handle)).toBe(reachable);
  });

  it('counts every route, those that are hidden included', () => {
    expect(routerOf().size).toBe(0);
    expect(routerOf(exact('/a'), exact('/a'), pattern(/a/), prefix('/a')).size).toBe(4);
    expect(createRouter().size).toBe(2);
  });

  it('finds one of 10,000 exact routes in about the time of one of 10', () => {
    const findMs = (routes: number): number => {
      const router = createRouter();
      for (let index = 0; index < routes; index++) router.addExact(`/api/${index}`, String(index), handle);
      const ownMs = ownTime();
      for (let find = 0; find < 10_000; find++) {
        const index = String(find % routes);
        expect(router.find(`/api/${index}`)?.name === index).toBe(true);
      }
      expect(router.find(`/api/${routes}`)).toBeUndefined();
      return ownMs();
    };
    // A scan would take hundreds of times as long.
    expect(findMs(10_000) / findMs(10)).toBeLessThan(50);
  });
});
