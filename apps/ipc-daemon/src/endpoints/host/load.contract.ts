import { endpoint } from '@pixl-ipc/contract';
import { z } from 'zod';

/** How busy a host is. */
export const HostLoad = z
  .object({
    loadAverage: z.array(z.number()).describe('Processes that wanted a CPU, averaged over 1, 5 and 15 minutes.'),
    freeBytes: z.int(),
    uptimeSeconds: z.number(),
  })
  .meta({ id: 'HostLoad' });

/** How busy this host is. */
export default endpoint('/host/load', { request: z.object({}), response: HostLoad, idempotent: true });
