import type { NamespaceModel } from './client-model';

/** A namespace and all within it, the outer ones first. */
export function namespacesOf(namespace: NamespaceModel): NamespaceModel[] {
  return [namespace, ...namespace.namespaces.flatMap(namespacesOf)];
}
