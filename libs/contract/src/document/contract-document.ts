import type { Schema } from '../schema/schema';

/**
 * Everything that a daemon's contracts promise, as plain JSON: what clients are generated from and what versions are
 * compared by.
 *
 * @see docs/guides/contracts.md#the-contract-document
 */
export interface ContractDocument {
  /** Version of this format. */
  readonly pixlIpc: 1;
  readonly service: Service;
  /** Of all endpoints together, without the service's name and version. */
  readonly hash: string;
  /** By URI. */
  readonly endpoints: Readonly<Record<string, DocumentedEndpoint>>;
  /** The named types that the endpoints refer to. */
  readonly types: Readonly<Record<string, Schema>>;
}

/** Whose contracts they are. */
export interface Service {
  readonly name: string;
  readonly version: string;
}

export interface DocumentedEndpoint {
  /** The contract's doc comment. */
  readonly summary?: string;
  /** Of all that a peer can notice: documentation, defaults and the order of enums leave it as it is. */
  readonly hash: string;
  /** Absent: false. */
  readonly idempotent?: true;
  /** The response is each of a stream of them. Absent: false. */
  readonly stream?: true;
  /** What travels to the handler. Leads to an object. */
  readonly request: Schema;
  /** What travels back. */
  readonly response: Schema;
  /** The details of each declared error, by its code. */
  readonly errors: Readonly<Record<string, Schema>>;
}
