import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { DeadlineWheel, noDeadline, type DeadlineEntry } from './deadline';

// Thousands of random cases: a second alone, many on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

class Call implements DeadlineEntry {
  deadlineSlot = noDeadline().deadlineSlot;
  deadlineNext: DeadlineEntry | undefined = undefined;
  deadlinePrevious: DeadlineEntry | undefined = undefined;
  /** The instant from which its tick is counted: a deadline in the past cannot expire before it was added. */
  readonly from: number;

  /** @param deadline The instant before which it must not expire. */
  constructor(
    readonly name: number,
    readonly deadline: number,
    from = 0,
  ) {
    this.from = Math.max(deadline, from);
  }
}

function call(name: number, deadline: number, from?: number): Call {
  return new Call(name, deadline, from);
}

const TICK = 10;

/** What the test does next; `pick` chooses among the entries. In a callback the same steps are taken. */
type Step =
  | { kind: 'add'; afterMs: number }
  | { kind: 'remove'; pick: number }
  | { kind: 'advance'; byMs: number; within: ({ kind: 'add'; afterMs: number } | { kind: 'remove'; pick: number })[] };

describe('a DeadlineWheel', () => {
  test('keeps who waits, though thousands have come and gone in slots of their own', () => {
    const wheel = new DeadlineWheel<Call>({ tickMs: TICK });
    const waiting = [call(0, 5 * TICK), call(1, 3_000 * TICK), call(2, 9_000 * TICK)];
    for (const entry of waiting) wheel.add(entry, entry.deadline);
    for (let slot = 0; slot < 10_000; slot++) {
      const gone = call(slot, slot * TICK);
      wheel.add(gone, gone.deadline);
      wheel.remove(gone);
    }
    const expired: Call[] = [];
    for (const now of [5, 3_000, 9_000]) wheel.expire(now * TICK, (entry) => expired.push(entry));
    expect([expired, wheel.size]).toEqual([waiting, 0]);
  });

  test('agrees with a naive list: never early, at most a tick late, each entry once', () => {
    const add = fc.record({ kind: fc.constant('add' as const), afterMs: fc.integer({ min: -50, max: 200 }) });
    const remove = fc.record({ kind: fc.constant('remove' as const), pick: fc.nat() });
    const byMs = fc.oneof(fc.nat({ max: 3 * TICK }), fc.constantFrom(0, 1, TICK, 100_000));
    const within = fc.array(fc.oneof(add, remove), { maxLength: 3 });
    const advance = fc.record({ kind: fc.constant('advance' as const), byMs, within });
    fc.assert(
      fc.property(
        fc.nat({ max: 1_000 }),
        fc.array(fc.oneof(add, remove, advance), { maxLength: 40 }),
        (start, steps) => {
          runAgainstList(start, steps);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('expires in the first tick at or after the deadline', () => {
    for (const [deadline, at] of [
      [100, 100],
      [101, 110],
      [109.5, 110],
      [110, 110],
      [0, 10],
    ] as const) {
      const wheel = new DeadlineWheel<Call>({ tickMs: TICK });
      wheel.expire(0, () => expect.fail());
      wheel.add(call(1, deadline), deadline);
      wheel.expire(at - 1, () => expect.fail(`deadline ${deadline} expired at ${at - 1}`));
      const expired: number[] = [];
      wheel.expire(at, ({ name }) => expired.push(name));
      expect(expired).toEqual([1]);
    }
  });

  test('expires what a callback adds, past deadline or not, with the next tick and not within the same visit', () => {
    const wheel = new DeadlineWheel<Call>({ tickMs: TICK });
    wheel.expire(0, () => expect.fail());
    for (let name = 0; name < 20; name++) wheel.add(call(name, 1_000), 1_000 + name * TICK);
    wheel.add(call(100, 80), 80);
    const expired: number[] = [];
    wheel.expire(100, (entry) => {
      expired.push(entry.name);
      if (entry.name === 100) wheel.add(call(101, 60), 60);
    });
    expect([expired, wheel.size]).toEqual([[100], 21]);
    wheel.expire(110, (entry) => expired.push(entry.name));
    expect(expired).toEqual([100, 101]);
  });

  test('lets an entry be added again and again from its own callback without spinning', () => {
    const wheel = new DeadlineWheel<Call>({ tickMs: TICK });
    const entry = call(1, 0);
    let count = 0;
    wheel.add(entry, 0);
    const again = (): void => {
      count++;
      wheel.add(entry, 0);
    };
    for (let now = 0; now <= 100; now += TICK) wheel.expire(now, again);
    expect([count, wheel.size]).toEqual([11, 1]);
  });

  test('takes an instant before the clock began as one that has passed', () => {
    const wheel = new DeadlineWheel<Call>({ tickMs: TICK });
    wheel.add(call(1, -500), -500);
    const expired: number[] = [];
    wheel.expire(0, ({ name }) => expired.push(name));
    expect([expired, wheel.size]).toEqual([[1], 0]);
  });

  test('forgives a second remove and a remove after expiry', () => {
    const wheel = new DeadlineWheel<Call>({ tickMs: TICK });
    const [first, second] = [call(1, 10), call(2, 10)];
    wheel.add(first, 10);
    wheel.add(second, 10);
    wheel.remove(first);
    wheel.remove(first);
    expect(wheel.size).toBe(1);
    wheel.expire(10, (entry) => wheel.remove(entry));
    wheel.remove(second);
    expect(wheel.size).toBe(0);
  });

  test('adds, removes and expires 100,000 entries in well under a second of its own time, and is cheap when nothing is due', () => {
    const wheel = new DeadlineWheel<Call>({ tickMs: TICK });
    const entries = Array.from({ length: 100_000 }, (_, name) => call(name, 60_000 + (name % 10_000)));
    // Not by the clock: what the machine gives to others is not the wheel's.
    const start = process.cpuUsage();
    for (const entry of entries) wheel.add(entry, entry.deadline);
    for (let now = 0; now < 60_000; now += TICK) wheel.expire(now, () => expect.fail());
    for (const entry of entries) if (entry.name % 2) wheel.remove(entry);
    let expired = 0;
    for (let now = 60_000; now <= 70_000; now += TICK) wheel.expire(now, () => expired++);
    expect([expired, wheel.size]).toEqual([50_000, 0]);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });
});

/** Takes the steps with a wheel and with a plain array side by side. */
function runAgainstList(start: number, steps: readonly Step[]): void {
  const wheel = new DeadlineWheel<Call>({ tickMs: TICK });
  const waiting = new Set<Call>();
  let now = start;
  let names = 0;
  const take = (step: Exclude<Step, { kind: 'advance' }>): void => {
    if (step.kind === 'add') {
      const entry = call(names++, now + step.afterMs, now);
      wheel.add(entry, entry.deadline);
      waiting.add(entry);
    } else {
      const entry = [...waiting][step.pick % Math.max(1, waiting.size)];
      if (!entry) return;
      wheel.remove(entry);
      waiting.delete(entry);
    }
  };
  for (const step of [...steps, { kind: 'advance', byMs: 100_000, within: [] } as const]) {
    if (step.kind !== 'advance') {
      take(step);
      continue;
    }
    now += step.byMs;
    const steps = [...step.within];
    wheel.expire(now, (entry) => {
      expect(waiting.delete(entry), `entry ${entry.name} expired twice or after its removal`).toBe(true);
      expect(entry.deadline, `entry ${entry.name} expired early`).toBeLessThanOrEqual(now);
      const next = steps.shift();
      if (next) take(next);
    });
    for (const { name, from } of waiting) expect(from + TICK, `entry ${name} is late`).toBeGreaterThan(now);
    expect(wheel.size).toBe(waiting.size);
  }
}
