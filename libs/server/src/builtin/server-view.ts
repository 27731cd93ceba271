import type { Service } from '@pixl-ipc/contract';
import type { ResolvedServerOptions } from '../options';
import type { ServerStats } from '../stats/server-stats';
import type { ServerLoad } from '../stats/stats-report';
import type { ServiceContract } from './service-contract';

/** What the built-in endpoints know of their server, each asked for when it is told. */
export interface ServerView {
  readonly stats: ServerStats;
  readonly options: () => ResolvedServerOptions;
  /** What the server's owner calls it. */
  readonly service: Service | undefined;
  readonly contract: ServiceContract;
  readonly load: () => ServerLoad;
  /** Whether the server takes new work: on its way out it does not. */
  readonly state: () => 'new' | 'serving' | 'going';
}
