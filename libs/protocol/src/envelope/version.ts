/**
 * A message's version. 1 is what the original speaks and has no `v`; 2 is opted into request by request.
 *
 * @see docs/protocol.md#versions
 */
export type ProtocolVersion = 1 | 2;

/** What ties a reply to its request: chosen by the client, null where it chose none. */
export type RequestId = string | number | null;
