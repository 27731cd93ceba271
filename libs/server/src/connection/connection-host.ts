import type { BlockPool, LogSink } from '@pixl-ipc/protocol';
import type { Dispatcher } from '../dispatch/dispatcher';
import type { ServerLimits, ServerLog } from '../options';
import type { ServerStats } from '../stats/server-stats';
import type { ByteBudget } from './byte-budget';
import type { TurnQueue } from './turn-queue';

/** What every connection of a server shares. */
export interface ConnectionHost {
  readonly dispatcher: Dispatcher;
  readonly budget: ByteBudget;
  readonly blocks: BlockPool;
  readonly turns: TurnQueue;
  readonly stats: ServerStats;
  readonly log: ServerLog;
  /** Where log lines go that a peer can cause at will. */
  readonly faults: LogSink;
  readonly limits: ServerLimits;
  readonly sharedReadBuffer: boolean;
  readonly now: () => number;
  /** The budget is exceeded: somebody has to give way. */
  readonly onOverBudget: () => void;
}
