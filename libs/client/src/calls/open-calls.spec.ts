import type { IpcError, ReplyEnvelope } from '@pixl-ipc/protocol';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock';
import { CallbackCall } from './callback-call';
import { OpenCalls } from './open-calls';

function setUp() {
  const clock = new ManualClock();
  const outcomes: string[] = [];
  const left: string[] = [];
  const calls: OpenCalls = new OpenCalls({
    clock,
    hold: undefined,
    onExpired: (call) => calls.settle(call, undefined, undefined),
    onLeft: ({ uri }) => left.push(uri),
  });
  const add = (uri: string, timeoutMs: number, then?: () => void): CallbackCall => {
    const settle = (_error: IpcError | undefined, reply: ReplyEnvelope | undefined): void => {
      outcomes.push(`${uri} ${reply ? 'replied' : 'expired'}`);
      then?.();
    };
    const call = new CallbackCall(uri, timeoutMs, settle);
    calls.add(call);
    return call;
  };
  return { clock, calls, outcomes, left, add };
}

const reply = {} as ReplyEnvelope;

describe('OpenCalls', () => {
  it.each([1, 19, 20, 21, 500, 9_999, 10_000])(
    'ends a call of %d ms within 100 ms of its deadline, never before',
    (timeoutMs) => {
      const { clock, outcomes, add } = setUp();
      clock.advance(12_345.6);
      add('a', timeoutMs);
      clock.advance(timeoutMs - 0.5);
      expect(outcomes).toEqual([]);
      clock.advance(100.5);
      expect(outcomes).toEqual(['a expired']);
    },
  );

  it('runs one timer for ten thousand calls, and none once all have settled', () => {
    const { clock, calls, add } = setUp();
    const open = Array.from({ length: 10_000 }, (_, n) => add(`${n}`, 10_000));
    expect(clock.timers).toBe(1);
    for (const call of open) calls.settle(call, undefined, reply);
    clock.advance(20);
    expect(clock.timers).toBe(0);
  });

  it.each([0, Infinity])('needs no timer for a call that waits for ever, said as %d', (timeoutMs) => {
    const { clock, calls, add } = setUp();
    const call = add('a', timeoutMs);
    expect([clock.timers, calls.size, call.deadline, call.timeoutMs]).toEqual([0, 1, Infinity, undefined]);
  });

  it('takes a call that starts while another expires for a new one', () => {
    const { clock, calls, outcomes, add } = setUp();
    add('a', 100, () => add('b', 100));
    clock.advance(140);
    expect([outcomes, calls.size]).toEqual([['a expired'], 1]);
    clock.advance(140);
    expect([outcomes, calls.size]).toEqual([['a expired', 'b expired'], 0]);
  });

  it('tells when the last call has settled, or that it was waited for long enough', async () => {
    const { clock, calls, add } = setUp();
    await calls.none(100);
    const call = add('a', 0);
    const all = calls.none(100);
    const late = calls.none(50);
    clock.advance(50);
    await late;
    calls.settle(call, undefined, reply);
    await all;
    expect(clock.timers).toBe(0);
  });

  it('takes a call away from where it was before its outcome is told', () => {
    const { calls, left, outcomes, add } = setUp();
    const call = add('a', 0, () => outcomes.push(`left: ${left.join()}, open: ${call.open}, size: ${calls.size}`));
    calls.settle(call, undefined, reply);
    expect(outcomes).toEqual(['a replied', 'left: a, open: false, size: 0']);
  });
});
