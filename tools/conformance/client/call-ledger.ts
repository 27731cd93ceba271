import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Caller, Outcome } from './callers';
import type { Done, Work } from './fixtures/component-server.fixture';

interface Entry {
  readonly who: string;
  readonly hash: string;
  readonly outcomes: Outcome[];
  /** Of the first outcome, see {@link CallLedger.latestMs}; 0 and less where it came in time. */
  lateMs: number;
}

export interface CallOptions {
  readonly payload: string;
  /** How long the server works on it. */
  readonly delayMs?: number;
}

/**
 * What the callers saw, to be joined with what the servers did: id → outcomes here, id → times executed in a file that
 * every server of the test appends to.
 */
export class CallLedger {
  readonly #file: string;
  readonly #prefix: string;
  readonly #entries = new Map<string, Entry>();
  #settled = 0;

  /** @param prefix What the ids of this ledger begin with: several may share a file. */
  constructor(file: string, prefix: string) {
    this.#file = file;
    this.#prefix = prefix;
  }

  get calls(): number {
    return this.#entries.size;
  }

  /** Calls that have an outcome. */
  get settled(): number {
    return this.#settled;
  }

  /**
   * The latest first outcome, in milliseconds after its call's deadline. A machine that is busy with others makes every
   * program late: counted is from when a plain timer of this process ran, without what this thread then waited for a CPU.
   */
  get latestMs(): number {
    return Math.max(...[...this.#entries.values()].map(({ lateMs }) => lateMs));
  }

  /** Makes a call and resolves with its first outcome. */
  call(caller: Caller, { payload, delayMs = 0 }: CallOptions): Promise<Outcome> {
    const id = `${this.#prefix}.${this.#entries.size}`;
    const hash = createHash('sha256').update(payload).digest('hex');
    const entry: Entry = { who: `${id} of the ${caller.name}`, hash, outcomes: [], lateMs: NaN };
    this.#entries.set(id, entry);
    const work: Work = { id, payload, delayMs };
    return new Promise((resolve) => {
      const deadline = performance.now() + caller.timeoutMs;
      let timed: Instant | undefined;
      const plainTimer = setTimeout(() => (timed = instant()), caller.timeoutMs);
      caller.start('/work', work, (outcome) => {
        if (entry.outcomes.push(outcome) > 1) return;
        clearTimeout(plainTimer);
        this.#settled++;
        const now = instant();
        entry.lateMs = timed ? now.at - timed.at - (now.waitedMs - timed.waitedMs) : Math.min(0, now.at - deadline);
        resolve(outcome);
      });
    });
  }

  /** Makes that many calls of each caller and resolves with their outcomes. */
  callAll(callers: readonly Caller[], { each = 1, ...options }: CallOptions & { each?: number }): Promise<Outcome[]> {
    return Promise.all(callers.flatMap((caller) => Array.from({ length: each }, () => this.call(caller, options))));
  }

  /** How many of the calls each outcome has: `ok`, or its code. */
  tally(): Readonly<Record<string, number>> {
    const codes = [...this.#entries.values()].flatMap(({ outcomes }) =>
      outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.code)),
    );
    return Object.fromEntries([...new Set(codes)].map((code) => [code, codes.filter((one) => one === code).length]));
  }

  /** Calls of this ledger that a server has executed. */
  executed(): ReadonlyMap<string, number> {
    const times = new Map<string, number>();
    for (const id of readFileSync(this.#file, 'utf8').split('\n')) {
      if (this.#entries.has(id)) times.set(id, (times.get(id) ?? 0) + 1);
    }
    return times;
  }

  /** Calls that a server has executed, and whose caller was told no more than that the connection is gone. */
  lostAfterExecution(): string[] {
    const executed = this.executed();
    const isLost = (outcome: Outcome): boolean =>
      !outcome.ok && (outcome.code === 'unavailable' || outcome.code === 'ipc_socket_err');
    return [...this.#entries]
      .filter(([id, { outcomes }]) => executed.has(id) && outcomes.some(isLost))
      .map(([id]) => id);
  }

  /**
   * What callers were told of the calls that failed: certainly not sent, or outcome unknown; and how many of each a server
   * has executed.
   */
  certainty(): Record<'notSent' | 'unknown', { calls: number; executed: number }> {
    const executed = this.executed();
    const told = { notSent: { calls: 0, executed: 0 }, unknown: { calls: 0, executed: 0 } };
    for (const [id, { outcomes }] of this.#entries) {
      for (const outcome of outcomes) {
        if (outcome.ok || outcome.sent === undefined) continue;
        const count = outcome.sent ? told.unknown : told.notSent;
        count.calls++;
        if (executed.has(id)) count.executed++;
      }
    }
    return told;
  }

  /** Joins both sides. Every sentence is a broken promise; an empty list is what a test expects. */
  violations(): string[] {
    const executed = this.executed();
    return [...this.#entries].flatMap(([id, { who, hash, outcomes }]) => {
      const times = executed.get(id) ?? 0;
      const found: string[] = [];
      if (outcomes.length !== 1) found.push(`${who} settled ${outcomes.length} times`);
      if (times > 1) found.push(`${who} was executed ${times} times`);
      for (const outcome of outcomes) {
        if (isNotSent(outcome) && times > 0) found.push(`${who} was told not sent, and was executed`);
        if (!outcome.ok) continue;
        const done = outcome.data as Partial<Done> | undefined;
        if (times !== 1) found.push(`${who} succeeded, and was executed ${times} times`);
        if (done?.id !== id || done.hash !== hash) found.push(`${who} got the reply ${JSON.stringify(done)}`);
      }
      return found;
    });
  }
}

function isNotSent(outcome: Outcome): boolean {
  return !outcome.ok && outcome.sent === false;
}

interface Instant {
  readonly at: number;
  /** How long this thread was ready to run so far, and did not run, as the kernel counts it. */
  readonly waitedMs: number;
}

function instant(): Instant {
  const [, waitedNs] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ');
  return { at: performance.now(), waitedMs: Number(waitedNs) / 1e6 };
}
