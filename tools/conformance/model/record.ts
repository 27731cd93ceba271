import type { IpcClient, IpcError, ItemStream } from '@pixl-ipc/client';
import type { Making } from './step';

/** How late a deadline may be noticed, on either side: promise 1. */
export const MAX_LATE_MS = 100;

/** One run of a handler. */
export interface Run {
  readonly startedAt: number;
  readonly signal: AbortSignal;
  /** Whether the handler has ended by itself. */
  ended: boolean;
  /** Items that were asked of it. */
  yielded: number;
  reply: () => void;
  throw: () => void;
}

/** What was made, and what became of it on both sides. */
export class CallRecord {
  readonly abort = new AbortController();
  /** What its caller was told, and when. */
  readonly outcomes: { readonly told: IpcError | 'ok'; readonly at: number }[] = [];
  readonly runs: Run[] = [];
  stream: ItemStream<number> | undefined;
  /** How often its reader has asked for an item, and how many it was handed. */
  asked = 0;
  read = 0;
  /** When its caller has given it up. */
  #givenUpAt: number | undefined;

  constructor(
    readonly key: string,
    readonly making: Making,
    readonly client: IpcClient,
    readonly madeAt: number,
  ) {}

  get kind(): Making['do'] {
    return this.making.do;
  }

  get isGivenUp(): boolean {
    return this.#givenUpAt !== undefined;
  }

  /** Whether nobody waits for it. */
  get isOver(): boolean {
    return this.#overAt !== undefined;
  }

  get hasFailed(): boolean {
    return this.outcomes.some(({ told }) => told !== 'ok');
  }

  get callerDeadline(): number {
    return this.madeAt + (this.making.timeoutMs || Infinity);
  }

  get #overAt(): number | undefined {
    return this.#givenUpAt ?? this.outcomes[0]?.at;
  }

  get live(): readonly Run[] {
    return this.runs.filter(({ ended, signal }) => !ended && !signal.aborted);
  }

  /**
   * Whether its handler may run: somebody waits for it, nobody ever did, or its caller's time was over before it was given
   * up. The server's time begins when it has the request.
   */
  mayRun({ startedAt }: Run, now: number): boolean {
    if (this.kind === 'notify' || this.#overAt === undefined) return true;
    return this.#overAt >= this.callerDeadline && now <= startedAt + this.making.timeoutMs + MAX_LATE_MS;
  }

  /** Its signal aborts, or its reader leaves. */
  giveUp(how: 'abort' | 'leave'): void {
    this.#givenUpAt ??= performance.now();
    if (how === 'abort') this.abort.abort();
    else void this.stream?.return();
  }

  tell(told: IpcError | 'ok'): void {
    this.outcomes.push({ told, at: performance.now() });
  }
}

/** An outcome in words. */
export function said(told: IpcError | 'ok'): string {
  return told === 'ok' ? told : `${told.code}, ${told.sent ? 'sent' : 'not sent'}`;
}
