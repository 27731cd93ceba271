import type { FixtureProcess } from '@pixl-ipc/testkit';
import type { Caller, Outcome } from '../client/callers';
import { spawnPhp } from './php-process';

/** `client` and `facade` make one call at a time in a process, `pool` all that are asked for at once. */
export type PhpKind = 'client' | 'pool' | 'facade';

interface Request {
  readonly uri: string;
  readonly data: unknown;
  readonly settle: (outcome: Outcome) => void;
}

interface Answer {
  readonly outcomes: readonly Outcome[];
  /** After the deadline of the slowest, by PHP's own clock. */
  readonly lateMs: number;
}

/** PHP processes that call, as callers of the ledger: so many calls at a time as there are processes, or pools. */
export class PhpCallers implements Caller, AsyncDisposable {
  readonly name: string;
  readonly isOpen = true;
  timeoutMs = 0;
  pending = 0;
  /** The latest end of a call after its deadline so far, in milliseconds; 0 and less where all came in time. */
  latestMs = -Infinity;
  readonly #kind: PhpKind;
  readonly #idle: FixtureProcess[];
  readonly #all: readonly FixtureProcess[];
  #batch: Request[] = [];
  #options: Readonly<Record<string, unknown>> = {};

  private constructor(kind: PhpKind, processes: readonly FixtureProcess[]) {
    this.name = `PHP ${kind}`;
    this.#kind = kind;
    this.#all = processes;
    this.#idle = [...processes];
  }

  static async spawn(kind: PhpKind, count: number): Promise<PhpCallers> {
    return new PhpCallers(kind, await Promise.all(Array.from({ length: count }, () => spawnPhp('caller.php', kind))));
  }

  /** New clients in every process. Must not be called while calls run. */
  async open(options: {
    readonly path: string;
    readonly timeoutMs: number;
    readonly persistent?: boolean;
  }): Promise<void> {
    this.#options = options;
    this.timeoutMs = options.timeoutMs;
    await Promise.all(this.#all.map((process) => process.ask('open', options)));
  }

  /** Nothing: PHP connects when it calls. */
  async connect(): Promise<void> {
    await Promise.resolve();
  }

  start(uri: string, data: unknown, settle: (outcome: Outcome) => void): void {
    this.pending++;
    // What is asked for in one turn is one pool.
    if (this.#batch.push({ uri, data, settle }) === 1) queueMicrotask(() => this.#send());
  }

  async close(): Promise<void> {
    await this.open({ ...this.#options, path: '/nonexistent/s', timeoutMs: this.timeoutMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((process) => process.cleanup()));
  }

  #send(): void {
    const batch = this.#batch;
    this.#batch = [];
    const groups = this.#kind === 'pool' ? [batch] : batch.map((request) => [request]);
    // ask() rejects only where the fixture itself dies, which ends the test.
    for (const group of groups) void this.#ask(group);
  }

  async #ask(requests: readonly Request[]): Promise<void> {
    const process = this.#idle.pop();
    if (!process) throw new Error(`${this.name} has too few processes`);
    const calls = requests.map(({ uri, data }) => ({ uri, data }));
    const { outcomes, lateMs } = await process.ask<Answer>('call', calls, { timeoutMs: 60_000 });
    this.#idle.push(process);
    this.latestMs = Math.max(this.latestMs, lateMs);
    for (const [index, { settle }] of requests.entries()) {
      this.pending--;
      settle(outcomes[index] ?? { ok: false, code: 'no outcome' });
    }
  }
}

/** One of each kind, enough for a scene. */
export function spawnAllKinds(): Promise<readonly PhpCallers[]> {
  return Promise.all([PhpCallers.spawn('client', 9), PhpCallers.spawn('pool', 3), PhpCallers.spawn('facade', 9)]);
}
