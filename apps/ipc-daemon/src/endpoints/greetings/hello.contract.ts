import { endpoint } from '@pixl-ipc/contract';
import { z } from 'zod';

/** Greets who asks. */
export default endpoint('/greetings/hello', {
  request: z.object({ name: z.string().min(1).default('world') }),
  response: z.object({ hello: z.string() }),
  idempotent: true,
});
