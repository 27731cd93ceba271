import { describe, expect, it } from 'vitest';
import { CallIds } from './call-ids';

describe('CallIds', () => {
  it('counts up from 0', () => {
    const ids = new CallIds('rq');
    expect([ids.next(), ids.next(), ids.next()]).toEqual(['rq0', 'rq1', 'rq2']);
  });

  it.each([
    ['rq0', true],
    ['rq11', true],
    ['rq12', false],
    ['rq012', false],
    ['rq1e0', false],
    ['rq', false],
    ['rq-1', false],
    ['rq 1', false],
    ['rq99999999999999999999', false],
    ['xx1', false],
    ['constructor', false],
    ['__proto__', false],
    ['', false],
    [1, false],
    [null, false],
  ])('after 12 ids says of %j: %s', (id, given) => {
    const ids = new CallIds('rq');
    for (let count = 0; count < 12; count++) ids.next();
    expect(ids.wasGiven(id)).toBe(given);
  });
});
