import { expect, it } from 'vitest';
import { Tally } from './tally';

it('a tally counts by name, and what goes beyond its names together', () => {
  const tally = new Tally(2);
  for (const name of ['a', '__proto__', 'c', 'a', 'd', 'c']) tally.add(name);
  expect([...tally]).toEqual([
    ['a', 2],
    ['__proto__', 1],
    ['other', 3],
  ]);
});
