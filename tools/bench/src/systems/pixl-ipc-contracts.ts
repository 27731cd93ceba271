import { endpoint } from '@pixl-ipc/contract';
import { z } from 'zod';

const small = z.object({ n: z.int(), greeting: z.string() });
const strings = z.object({ n: z.int(), strings: z.record(z.string(), z.string()) });
const text = z.object({ n: z.int(), text: z.string() });
const records = z.object({
  n: z.int(),
  records: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      email: z.string(),
      active: z.boolean(),
      score: z.number(),
      tags: z.array(z.string()),
      parent: z.int().nullable(),
      created: z.string(),
    }),
  ),
});

/** Echoes of each kind of payload, declared as a user declares them: both ways are validated. */
export const contracts = {
  small: endpoint('/bench/small', { request: small, response: small }),
  strings: endpoint('/bench/strings', { request: strings, response: strings }),
  text: endpoint('/bench/text', { request: text, response: text }),
  records: endpoint('/bench/records', { request: records, response: records }),
} as const;

/** One of those that stand beside the measured ones. */
export function extraContract(number: number) {
  return endpoint(`/extra/e${number}`, { request: small, response: small });
}
