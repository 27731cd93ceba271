import { contractDocument, type AnyEndpoint, type ContractDocument, type Service } from '@pixl-ipc/contract';
import { thrownText } from '../dispatch/thrown-text';
import type { ServerLog } from '../options';

/** What a server calls itself where its owner has not said. */
const UNNAMED: Service = Object.freeze({ name: 'unnamed', version: '0.0.0' });

/** What a service contract is made of. */
export interface ServiceContractParts {
  readonly service: Service | undefined;
  /** The document, where the server's owner gave one. */
  readonly document: ContractDocument | undefined;
  /** The contracts that are served now. */
  readonly contracts: () => readonly AnyEndpoint[];
  /** Told once why they cannot be described. */
  readonly log: ServerLog;
}

/** That there are contracts, and one of them has no document. */
export const INDESCRIBABLE = Symbol('indescribable');

/**
 * The contract document of a server: as given, or made of what it serves when somebody asks. Made once for the endpoints
 * there are, and so is the attempt: a failure is logged when it happens, however many ask.
 */
export class ServiceContract {
  readonly #parts: ServiceContractParts;
  #made: { readonly count: number; readonly document: ContractDocument | typeof INDESCRIBABLE } | undefined;

  constructor(parts: ServiceContractParts) {
    this.#parts = parts;
  }

  /** Undefined where no contract is served. */
  document(): ContractDocument | typeof INDESCRIBABLE | undefined {
    const { document, contracts } = this.#parts;
    if (document) return document;
    const endpoints = contracts();
    if (endpoints.length === 0) return undefined;
    // Endpoints are added, never taken away.
    if (this.#made?.count !== endpoints.length) {
      this.#made = { count: endpoints.length, document: this.#make(endpoints) };
    }
    return this.#made.document;
  }

  /** Hash of the document; undefined where there is none. */
  hash(): string | undefined {
    const document = this.document();
    return document === INDESCRIBABLE ? undefined : document?.hash;
  }

  #make(endpoints: readonly AnyEndpoint[]): ContractDocument | typeof INDESCRIBABLE {
    const { service = UNNAMED, log } = this.#parts;
    try {
      return contractDocument({ service, endpoints });
    } catch (error) {
      const message = `the contracts of this server cannot be described: ${thrownText(error)}`;
      log.error('handler_error', message, { handler: 'describe', uri: '/ipcserver/describe' });
      return INDESCRIBABLE;
    }
  }
}
