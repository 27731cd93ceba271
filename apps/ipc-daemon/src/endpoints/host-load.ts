import { freemem, loadavg, uptime } from 'node:os';

/** What `/host/load` replies. */
export interface HostLoad {
  /** Processes that wanted a CPU, averaged over 1, 5 and 15 minutes. */
  readonly loadAverage: readonly number[];
  readonly freeBytes: number;
  readonly uptimeSeconds: number;
}

/** `/host/load`: how busy this host is. */
export function hostLoad(): HostLoad {
  return { loadAverage: loadavg(), freeBytes: freemem(), uptimeSeconds: uptime() };
}
