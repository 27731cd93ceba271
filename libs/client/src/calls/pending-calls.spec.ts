import { MessageFault, parseReply, type IpcError, type ReplyEnvelope } from '@pixl-ipc/protocol';
import { describe, expect, it } from 'vitest';
import { closedHere } from '../local-error';
import { ManualClock } from '../testing/manual-clock';
import { PendingCall, PendingCalls } from './pending-calls';

const parsed = parseReply('{"ipcReqID":"rq0","data":1}', 512);
if (parsed instanceof MessageFault) throw new Error(parsed.message);
const reply: ReplyEnvelope = parsed;

function setUp() {
  const clock = new ManualClock();
  const calls = new PendingCalls(clock);
  const outcomes: (string | undefined)[] = [];
  const add = (id: string, timeoutMs: number, then?: () => void): void => {
    const settle = (error: IpcError | undefined): void => {
      outcomes.push(error ? `${id} ${error.code}` : `${id} ok`);
      then?.();
    };
    const call = new PendingCall('/x', timeoutMs, settle);
    call.id = id;
    calls.add(call);
  };
  return { clock, calls, outcomes, add };
}

describe('PendingCalls', () => {
  it.each([1, 19, 20, 21, 500, 9_999, 10_000])(
    'ends a call of %d ms within 100 ms of its deadline, never before',
    (timeoutMs) => {
      const { clock, outcomes, add } = setUp();
      clock.advance(12_345.6);
      add('rq0', timeoutMs);
      clock.advance(timeoutMs - 0.5);
      expect(outcomes).toEqual([]);
      clock.advance(100.5);
      expect(outcomes).toEqual(['rq0 deadline_exceeded']);
    },
  );

  it('runs one timer for ten thousand calls, and none once all have settled', () => {
    const { clock, calls, add } = setUp();
    for (let count = 0; count < 10_000; count++) add(`rq${count}`, 10_000);
    expect(clock.timers).toBe(1);
    for (let count = 0; count < 10_000; count++) calls.reply(`rq${count}`, reply);
    clock.advance(20);
    expect(clock.timers).toBe(0);
  });

  it('needs no timer for a call that waits for ever', () => {
    const { clock, calls, add } = setUp();
    add('rq0', 0);
    expect(clock.timers).toBe(0);
    expect(calls.size).toBe(1);
  });

  it('settles a call once, whatever comes after', () => {
    const { clock, calls, outcomes, add } = setUp();
    add('rq0', 100);
    expect(calls.reply('rq0', reply)).toBe(true);
    expect(calls.reply('rq0', reply)).toBe(false);
    expect(calls.fail('rq0', closedHere())).toBe(false);
    calls.failAll(closedHere);
    clock.advance(1_000);
    expect(outcomes).toEqual(['rq0 ok']);
  });

  it('takes a call that starts while others expire or fail for a new one', () => {
    const { clock, calls, outcomes, add } = setUp();
    add('rq0', 100, () => add('rq1', 100));
    clock.advance(140);
    expect(outcomes).toEqual(['rq0 deadline_exceeded']);
    expect(calls.size).toBe(1);
    add('rq2', 0, () => add('rq3', 0));
    calls.failAll(closedHere);
    expect(outcomes.slice(1)).toEqual(['rq1 unavailable', 'rq2 unavailable']);
    expect(calls.size).toBe(1);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('knows no call %s', (id) => {
    const { calls } = setUp();
    expect(calls.reply(id, reply)).toBe(false);
    expect(calls.size).toBe(0);
  });
});
