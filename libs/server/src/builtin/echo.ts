import type { Call } from '../dispatch/call';

/** Where {@link echo} answers, as a prefix. @see docs/protocol.md#built-in-endpoints */
export const ECHO_URI = '/ipcserver/test/echo';

/** Replies its `data`. */
export function echo(call: Call): void {
  call.reply(call.request.message.data);
}
