import { endpoint } from '@pixl-ipc/contract';
import { z } from 'zod';
import { HostLoad } from './load.contract.js';

/** How busy this host is, again and again. */
export default endpoint('/host/watch', {
  request: z.object({
    everyMs: z.int().min(1).max(60_000).default(1_000),
    times: z.int().min(1).max(1_000).default(10),
  }),
  response: HostLoad,
  stream: true,
});
