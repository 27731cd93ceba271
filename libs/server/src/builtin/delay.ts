import type { Call } from '../dispatch/call';

/** Where {@link delay} answers, as a prefix. @see docs/protocol.md#built-in-endpoints */
export const DELAY_URI = '/ipcserver/test/delay';

const MAX_DELAY_MS = 2 ** 31 - 1;

/** Replies `{delay}` after `data.delay` milliseconds; at once where it has none. */
export function delay(call: Call): void {
  const data = call.request.message.data;
  const ms = typeof data === 'object' && data !== null && 'delay' in data ? (data.delay ?? 0) : 0;
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= MAX_DELAY_MS)) {
    call.refuse({ code: 'invalid_argument', message: `/delay: expected milliseconds from 0 to ${MAX_DELAY_MS}` });
    return;
  }
  const timer = setTimeout(() => call.reply({ delay: ms }), ms);
  call.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}
