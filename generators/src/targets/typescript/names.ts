import type { ClientModel, Declaration, EndpointModel, NamespaceModel } from '../../model/client-model';
import { namespacesOf } from '../../model/namespaces';
import { Names } from '../../model/type-name';
import type { Code } from '../code';
import { identifier } from './literal';

/**
 * What the generated files themselves refer to, and nothing of a contract is called: a type with such a name gets a `_`
 * behind it, a daemon the word `Daemon`.
 */
export const RESERVED: readonly string[] = [
  ...['AsyncDisposable', 'AsyncGenerator', 'AsyncIterable', 'Code', 'Data', 'Extract', 'Handler', 'Iterable', 'JSON'],
  ...['Promise', 'ReadonlySet', 'Record', 'Request', 'Response', 'Set', 'StreamHandler', 'Symbol'],
  ...['CallOptions', 'EndpointReference', 'IpcClient', 'IpcClientOptions', 'IpcError', 'StreamOptions'],
];

/** What is called after the daemon, whatever its endpoints are. */
function typesOfService(name: string): string[] {
  return ['', 'Client', 'Error', 'Errors', 'Handlers'].map((word) => name + word);
}

/** How everything in the generated files is called, no two things alike. */
export interface TypeScriptNames {
  /** `IpcDaemon`. */
  readonly service: Code;
  readonly typeOf: (declaration: Declaration) => Code;
  /** The constant that holds an endpoint's reference. */
  readonly referenceOf: (endpoint: EndpointModel) => Code;
  readonly of: (namespace: NamespaceModel) => NamespaceNames;
}

/** The names of one namespace. */
export interface NamespaceNames {
  /** The interface of its endpoints; the root's is the service itself. */
  readonly endpoints: Code;
  /** The interface of what a fake of it is given. */
  readonly handlers: Code;
  /** The function that makes its endpoints. */
  readonly create: Code;
  /** The function that makes a fake of it. */
  readonly fake: Code;
}

/** @param wanted The name of the client, in PascalCase. */
export function typeScriptNames(model: ClientModel, wanted: string): TypeScriptNames {
  const name = serviceName(wanted);
  const types = new Names([...RESERVED, ...typesOfService(name)]);
  const values = new Names([`create${name}Client`, `fake${name}`, `is${name}Error`]);
  const namespaces = new Map<NamespaceModel, NamespaceNames>();
  const references = new Map<EndpointModel, Code>();
  for (const namespace of namespacesOf(model.root)) {
    namespaces.set(namespace, namespaceNames(namespace.scope.join(''), name, types, values));
    for (const endpoint of namespace.endpoints) {
      const flat = camelCase([...endpoint.scope, endpoint.name]);
      references.set(endpoint, identifier(values.claim(`${flat}Endpoint`)));
    }
  }
  const declarations = new Map(
    model.declarations.map((declaration) => {
      const { scope, name: own } = declaration.typeName;
      return [declaration, identifier(types.claim([...scope, own].join('')))];
    }),
  );
  return {
    service: identifier(name),
    typeOf: (declaration) => nameIn(declarations, declaration),
    referenceOf: (endpoint) => nameIn(references, endpoint),
    of: (namespace) => nameIn(namespaces, namespace),
  };
}

/** Of a daemon `ipc`, `IpcClient` and `isIpcError` would be two things: it is called `IpcDaemon`. */
function serviceName(wanted: string): string {
  return typesOfService(wanted).some((name) => RESERVED.includes(name)) ? serviceName(`${wanted}Daemon`) : wanted;
}

/** @param flat The namespace's scope in one word, empty for the root. */
function namespaceNames(flat: string, service: string, types: Names, values: Names): NamespaceNames {
  const isRoot = flat === '';
  return {
    endpoints: identifier(isRoot ? service : types.claim(`${flat}Endpoints`)),
    handlers: identifier(isRoot ? `${service}Handlers` : types.claim(`${flat}EndpointHandlers`)),
    create: identifier(isRoot ? `create${service}Client` : values.claim(`create${flat}Endpoints`)),
    fake: identifier(isRoot ? `fake${service}` : values.claim(`fake${flat}Endpoints`)),
  };
}

function camelCase([first = '', ...rest]: readonly string[]): string {
  const later = rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return [first.charAt(0).toLowerCase() + first.slice(1), ...later].join('');
}

function nameIn<Thing, Name>(names: ReadonlyMap<Thing, Name>, thing: Thing): Name {
  const name = names.get(thing);
  if (name === undefined) throw new Error('the model has nothing of the kind');
  return name;
}
