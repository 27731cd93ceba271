import { contractDocument, endpoint, serializeContractDocument } from '@pixl-ipc/contract';
import { z } from 'zod';

const money = z.object({ amount: z.int().min(0).describe('In cents.'), currency: z.enum(['EUR', 'USD']) });

/** A small daemon as somebody would write it: what the golden files show. */
const ORDERS = [
  endpoint('/myapi/test', {
    request: z.object({ welcome: z.int() }),
    response: z.object({ hello: z.string() }),
    idempotent: true,
  }),
  endpoint('/orders/buy', {
    request: z.object({
      lines: z.array(z.object({ sku: z.string(), qty: z.int().min(1), note: z.string().nullish() })).min(1),
      payment: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('card'), number: z.string() }),
          z.object({ kind: z.literal('invoice'), due: z.iso.datetime().optional() }),
        ])
        .describe('How it is paid.'),
      labels: z.record(z.string(), z.string()).optional(),
    }),
    response: z.object({ id: z.string(), total: money.meta({ id: 'Money' }), at: z.iso.datetime() }),
    errors: { 'orders.sold_out': z.object({ left: z.int() }) },
  }),
  endpoint('/orders/watch', {
    request: z.object({ since: z.string().optional() }),
    response: z.object({ id: z.string(), status: z.enum(['open', 'sent']) }),
    stream: true,
  }),
];

/** Its contract document, as text. */
export function ordersDocumentText(): string {
  const summaries = new Map([
    ['/myapi/test', 'Says hello.'],
    ['/orders/buy', 'Buys what is in the lines, all of it or nothing.'],
  ]);
  return serializeContractDocument(
    contractDocument({ service: { name: 'ipc-daemon', version: '1.0.0' }, endpoints: ORDERS, summaries }),
  );
}
