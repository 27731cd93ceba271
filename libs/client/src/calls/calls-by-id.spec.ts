import { describe, expect, it } from 'vitest';
import { CallbackCall } from './callback-call';
import { CallsById } from './calls-by-id';
import type { Call } from './call';

function call(id: string, frame: number): Call {
  return Object.assign(new CallbackCall('/x', 0, () => undefined), { id, frame });
}

describe('calls by id', () => {
  it('finds each of them, and none that has left', () => {
    const calls = new CallsById();
    const [a, b, c] = [call('a', 0), call('b', 1), call('c', 2)];
    for (const one of [a, b, c]) calls.add(one);
    expect([calls.size, calls.get('a'), calls.get('b'), calls.get('c'), calls.get('d')]).toEqual([
      3,
      a,
      b,
      c,
      undefined,
    ]);
    calls.delete(b);
    expect([calls.size, calls.get('a'), calls.get('b'), calls.get('c')]).toEqual([2, a, undefined, c]);
    calls.delete(a);
    calls.delete(a);
    expect([calls.size, calls.get('a'), calls.get('c')]).toEqual([1, undefined, c]);
    calls.delete(c);
    expect([calls.size, calls.get('c'), calls.all()]).toEqual([0, undefined, []]);
  });

  it('are listed in the order in which they were sent, whichever have left', () => {
    const calls = new CallsById();
    const [a, b, c, d] = [call('a', 0), call('b', 1), call('c', 2), call('d', 3)];
    for (const one of [a, b, c]) calls.add(one);
    calls.delete(a);
    calls.add(d);
    expect(calls.all()).toEqual([b, c, d]);
  });
});
