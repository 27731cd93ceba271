import type { IpcError, ReplyEnvelope } from '@pixl-ipc/protocol';

/** What happens to a client beside the outcomes of its calls. Each event is told once, before the calls it ends settle. */
export type ClientNotice =
  /** A connection is open. */
  | { readonly kind: 'opened' }
  /** The open connection ended, and not by `close()`; the `pendingCalls` on it fail with the same error, or are repeated. */
  | { readonly kind: 'lost'; readonly error: IpcError; readonly pendingCalls: number }
  /** An attempt to connect failed, the first one or a later one. */
  | { readonly kind: 'connect_failed'; readonly error: IpcError }
  /** The next attempt is made after `delayMs`. */
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** The server is stopping, for the reason it says: what runs there is finished, later requests use a new connection. */
  | { readonly kind: 'goaway'; readonly message: string }
  /** A message that answers no request. It may hold an error: `reply.error`. */
  | { readonly kind: 'push'; readonly reply: ReplyEnvelope }
  /** A reply whose call has settled already: it timed out, or was answered before. */
  | { readonly kind: 'late'; readonly reply: ReplyEnvelope }
  /** A reply that nobody asked for. */
  | { readonly kind: 'unmatched'; readonly reply: ReplyEnvelope }
  /** A frame that could not be read and does not show whose it was. */
  | { readonly kind: 'unreadable'; readonly error: IpcError };

/** Takes notices in. What it throws becomes an uncaught exception. */
export type NoticeListener = (notice: ClientNotice) => void;
