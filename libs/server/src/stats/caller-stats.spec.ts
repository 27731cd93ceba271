import { describe, expect, it } from 'vitest';
import { CallerStats } from './caller-stats';

const counted = (userAgents: readonly unknown[], maxBytes = 256): [string, number][] => {
  const callers = new CallerStats(() => maxBytes);
  for (const userAgent of userAgents) callers.of(userAgent).calls++;
  return callers.rows().map(({ userAgent, calls }) => [userAgent, calls]);
};

describe('callers', () => {
  it('are counted by user agent, who calls most first', () => {
    expect(counted(['a', 'b', 'b', 'a', 'b'])).toEqual([
      ['b', 3],
      ['a', 2],
    ]);
  });

  it.each([undefined, null, '', 5, {}, ['a']])('who say %j are none', (userAgent) => {
    expect(counted([userAgent, userAgent])).toEqual([['none', 2]]);
  });

  it('have a row of their own up to the 64th distinct name; later ones share other', () => {
    const rows = counted([...Array.from({ length: 1_000 }, (_, n) => `agent ${n}`), 'agent 63', 'agent 64']);
    expect(rows).toHaveLength(65);
    expect(rows[0]).toEqual(['other', 1_000 - 64 + 1]);
    expect(rows[1]).toEqual(['agent 63', 2]);
    expect(rows.at(-1)).toEqual(['agent 62', 1]);
  });

  it.each([
    ['is too long', 'x'.repeat(300), 'x'.repeat(256)],
    ['is too long as UTF-8, between two characters', 'ü'.repeat(200), 'ü'.repeat(128)],
    ['fits to the byte', 'x'.repeat(256), 'x'.repeat(256)],
    ['could forge a line', 'a\nb', 'a\\x0ab'],
  ])('are made harmless where the name %s', (_what, given, kept) => {
    expect(counted([given, given])).toEqual([[kept, 2]]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('may be called %s', (name) => {
    expect(counted([name, name])).toEqual([[name, 2]]);
  });
});
