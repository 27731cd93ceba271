import {
  createRequestSerializer,
  createTermedRequestSerializer,
  type ClientClaim,
  type ProtocolVersion,
} from '@pixl-ipc/protocol';
import type { Call } from './call';
import { CallIds } from './call-ids';

/** How a client speaks: under which ids, and in which version of the protocol. */
export interface Dialect {
  readonly version: ProtocolVersion;
  /** Ids for the calls of a new connection. */
  ids(): CallIds;
  /** A call's request → frame. */
  request(call: Call, id: string): string;
  /** What is said about an earlier call → frame; version 1 has no way to say anything. */
  readonly control: ((id: string, uri: string, data: Readonly<Record<string, unknown>>) => string) | undefined;
}

/** What the original's clients speak: one counter over all connections. */
export function version1Dialect(claim: ClientClaim): Dialect {
  const serialize = createRequestSerializer(claim);
  const ids = new CallIds('rq');
  return {
    version: 1,
    ids: () => ids,
    request: (call, id) => serialize(id, call.uri, call.dataText),
    control: undefined,
  };
}

/** Version 2. @param newIdPrefix What the ids of a new connection begin with, other than those of any other. */
export function version2Dialect(claim: ClientClaim, newIdPrefix: () => string): Dialect {
  const serialize = createTermedRequestSerializer(claim);
  return {
    version: 2,
    ids: () => new CallIds(`${newIdPrefix()}.`),
    request: (call, id) => serialize(id, call.uri, call.dataText, call),
    control: (id, uri, data) => serialize(id, uri, JSON.stringify(data), ONEWAY),
  };
}

const ONEWAY = Object.freeze({ oneway: true });
