/**
 * Where a client stands.
 *
 * - `idle`: not connected, and no attempt under way: nothing was asked for yet, or the first attempt failed.
 * - `connecting`: no connection was open yet, and one is being made.
 * - `open`: a call finds a connection.
 * - `reconnecting`: a connection was lost, or its server is going; another is made by itself.
 * - `draining`: `close()` lets finish what was asked.
 * - `closed`: for good.
 */
export type ClientState = 'idle' | 'connecting' | 'open' | 'reconnecting' | 'draining' | 'closed';
