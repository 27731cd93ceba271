import { endpoint } from '@pixl-ipc/contract';
import { IpcError } from '@pixl-ipc/protocol';
import { createServer, handle, type Server } from '@pixl-ipc/server';
import { z } from 'zod';

const stock = endpoint('/orders/stock', {
  request: z.object({ sku: z.string(), qty: z.int().min(1).default(1) }),
  response: z.object({ left: z.int() }),
  errors: { 'orders.sold_out': z.object({ left: z.int() }) },
});
const count = endpoint('/numbers/count', { request: z.object({ to: z.int() }), response: z.int(), stream: true });
const later = endpoint('/orders/later', { request: z.object({}), response: z.object({}) });
const never = endpoint('/orders/never', { request: z.object({}), response: z.object({}) });

/** What the vectors of version 2 are answered by. */
export function createVersion2Server(socketPath: string): Server {
  return createServer({
    socketPath,
    endpoints: [
      handle(stock, ({ sku, qty }) => {
        if (sku === 'rare') throw new stock.errors.soldOut({ left: 0 });
        if (sku === 'bug') throw new Error('as the vectors want it');
        return { left: 10 - qty };
      }),
      // eslint-disable-next-line @typescript-eslint/require-await -- a stream's handler is an async generator, waiting or not
      handle(count, async function* ({ to }) {
        for (let n = 1; n <= to; n++) yield n;
      }),
      handle(later, () => {
        throw new IpcError('unavailable', 'Come back later', { retryAfterMs: 50 });
      }),
      handle(never, () => new Promise<never>(() => undefined)),
    ],
  });
}
