import type { DocsModel } from './docs';
import type { TypeName } from './type-name';

/** All that a generated client says, in no language yet: what to declare, what refers to what, and how it is called. */
export interface ClientModel {
  /** The daemon: `ipc-daemon`. Any text. */
  readonly service: string;
  readonly version: string;
  readonly hash: string;
  readonly root: NamespaceModel;
  /** Every type that has a name: the document's own first, then those of errors and endpoints, each before its parts. */
  readonly declarations: readonly Declaration[];
  /** Sorted by code. */
  readonly errors: readonly ErrorModel[];
}

/** A segment of URIs with what lies under it. The root has the empty name. */
export interface NamespaceModel {
  /** In camelCase. */
  readonly name: string;
  /** The segments that lead here: `/orders/lines`, empty for the root. */
  readonly uri: string;
  /** Of the classes and types that belong here: PascalCase, none for the root. */
  readonly scope: readonly string[];
  readonly namespaces: readonly NamespaceModel[];
  readonly endpoints: readonly EndpointModel[];
}

export interface EndpointModel {
  readonly uri: string;
  /** In camelCase: the last segment. */
  readonly name: string;
  readonly scope: readonly string[];
  readonly hash: string;
  readonly summary: string | undefined;
  readonly idempotent: boolean;
  readonly stream: boolean;
  /** The object that it takes. */
  readonly request: ReferenceModel;
  /** Whether a request without anything in it is valid. */
  readonly requestIsOptional: boolean;
  /** What it answers, for a stream each of the answers. */
  readonly response: TypeModel;
  readonly errors: readonly ErrorModel[];
}

/** An error that endpoints declare. */
export interface ErrorModel {
  readonly code: string;
  /** `orders.sold_out`: `SoldOut` of the scope `Orders`. */
  readonly typeName: TypeName;
  readonly details: TypeModel;
}

/**
 * A type with a name: its own, or one by where it stands, as every object, enum and union has. No two have to differ: a
 * language claims names of its own for them.
 */
export interface Declaration {
  readonly typeName: TypeName;
  readonly docs: DocsModel;
  readonly type: TypeModel;
  /** Whether it leads back to itself through lists, maps and unions alone, without an object between. */
  readonly isCircular: boolean;
}

export type TypeModel =
  | { readonly kind: 'unknown' | 'null' | 'boolean' | 'integer' | 'number' }
  | { readonly kind: 'string'; readonly format: string | undefined; readonly isInstant: boolean }
  | LiteralModel
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly items: TypeModel }
  | { readonly kind: 'map'; readonly values: TypeModel }
  | ObjectModel
  | UnionModel
  | NullableModel
  | ReferenceModel;

export interface LiteralModel {
  readonly kind: 'literal';
  readonly value: string | number | boolean;
}

export interface ObjectModel {
  readonly kind: 'object';
  /** Sorted by key. */
  readonly properties: readonly PropertyModel[];
}

export interface PropertyModel {
  /** As it travels. */
  readonly key: string;
  readonly required: boolean;
  readonly docs: DocsModel;
  readonly type: TypeModel;
}

/** At least two members, none null, which are told apart by their JSON types, and objects by their discriminator. */
export interface UnionModel {
  readonly kind: 'union';
  readonly members: readonly TypeModel[];
  /** The key whose constant tells objects apart; undefined where there are not two objects. */
  readonly discriminator: string | undefined;
}

export interface NullableModel {
  readonly kind: 'nullable';
  readonly of: TypeModel;
}

export interface ReferenceModel {
  readonly kind: 'reference';
  readonly to: Declaration;
}
