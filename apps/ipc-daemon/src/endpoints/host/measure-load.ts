import { freemem, loadavg, uptime } from 'node:os';
import type { z } from 'zod';
import type { HostLoad } from './load.contract.js';

/** How busy this host is now. */
export function measureLoad(): z.input<typeof HostLoad> {
  return { loadAverage: loadavg(), freeBytes: freemem(), uptimeSeconds: uptime() };
}
