import { contractDocument, type AnyEndpoint, type ContractDocument, type Service } from '@pixl-ipc/contract';

/** What a server calls itself where its owner has not said. */
const UNNAMED: Service = Object.freeze({ name: 'unnamed', version: '0.0.0' });

/** What a service contract is made of. */
export interface ServiceContractParts {
  readonly service: Service | undefined;
  /** The document, where the server's owner gave one. */
  readonly document: ContractDocument | undefined;
  /** The contracts that are served now. */
  readonly contracts: () => readonly AnyEndpoint[];
}

/** The contract document of a server: as given, or made of what it serves when somebody asks. */
export class ServiceContract {
  readonly #parts: ServiceContractParts;
  #made: { readonly count: number; readonly document: ContractDocument } | undefined;

  constructor(parts: ServiceContractParts) {
    this.#parts = parts;
  }

  /** Undefined where no contract is served. @throws ContractError where a contract has no document */
  document(): ContractDocument | undefined {
    const { service = UNNAMED, document, contracts } = this.#parts;
    if (document) return document;
    const endpoints = contracts();
    if (endpoints.length === 0) return undefined;
    // Endpoints are added, never taken away.
    if (this.#made?.count !== endpoints.length) {
      this.#made = { count: endpoints.length, document: contractDocument({ service, endpoints }) };
    }
    return this.#made.document;
  }

  /** Hash of the document; undefined where there is none. */
  hash(): string | undefined {
    try {
      return this.document()?.hash;
    } catch {
      // Whoever asks for the document itself is told why.
      return undefined;
    }
  }
}
