/**
 * The least that a client needs to call an endpoint, with the types of what it sends and gets. A declared
 * {@link Endpoint} is one, and so is what generated clients hold: plain data, no schema.
 */
export interface EndpointReference<Request = unknown, Response = unknown, Stream extends boolean = boolean> {
  readonly uri: string;
  /** Hash of the contract that the caller was written or generated against. */
  readonly hash?: string | undefined;
  /** Whether a call whose outcome is unknown may be repeated. Default false. */
  readonly idempotent?: boolean;
  /** Whether the reply is a stream of responses. Default false. */
  readonly stream?: Stream;
  /** Carries the types only; never set. */
  readonly '~types'?: { readonly request: Request; readonly response: Response };
}

/** What a caller gives: on the wire as it is, the input of the request's schema. */
export type RequestInput<Reference extends EndpointReference> = NonNullable<Reference['~types']>['request'];

/** What a caller gets: the output of the response's schema. For a streaming endpoint, each of its responses. */
export type ResponseData<Reference extends EndpointReference> = NonNullable<Reference['~types']>['response'];
