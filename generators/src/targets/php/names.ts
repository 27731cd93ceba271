import type { ClientModel, Declaration, EndpointModel, ErrorModel, NamespaceModel } from '../../model/client-model';
import { namespacesOf } from '../../model/namespaces';
import { Names, shortened } from '../../model/type-name';
import type { Code } from '../code';
import { identifier } from './literal';
import type { PhpClass } from './php-class';
import { RESERVED_NAMES } from './reserved-names';

/** How everything in the generated files is called. */
export interface PhpNames {
  readonly client: PhpClass;
  readonly fake: PhpClass;
  readonly classOf: (declaration: Declaration) => PhpClass;
  readonly endpointsOf: (namespace: NamespaceModel) => PhpClass;
  readonly exceptionOf: (error: ErrorModel) => PhpClass;
  /** The method of the fake that says how an endpoint is answered. */
  readonly fakeMethodOf: (endpoint: EndpointModel) => Code;
}

/**
 * @param root The namespace of the output folder.
 * @param client The name of the client's class.
 */
export function phpNames(model: ClientModel, root: string, client: string): PhpNames {
  const spaces = new Map<string, Names>();
  const classIn = (scope: readonly string[], wanted: string): PhpClass => {
    const namespace = [root, ...scope.map(segmentName)].join('\\');
    const names = spaces.get(namespace.toLowerCase()) ?? new Names(RESERVED_NAMES, (name) => name.toLowerCase());
    spaces.set(namespace.toLowerCase(), names);
    return { namespace, name: names.claim(shortened(wanted)) };
  };
  const classes = new Map<object, PhpClass>();
  const methods = new Map<EndpointModel, Code>();
  const methodNames = new Names([], (name) => name.toLowerCase());
  const fixed = { client: classIn([], client), fake: classIn([], `${client}Fake`) };
  for (const namespace of namespacesOf(model.root)) {
    const own = namespace.scope.at(-1);
    classes.set(namespace, own === undefined ? fixed.client : classIn(namespace.scope, `${own}Endpoints`));
    for (const endpoint of namespace.endpoints) {
      const words = [...endpoint.scope, endpoint.name].map((word) => word.charAt(0).toUpperCase() + word.slice(1));
      methods.set(endpoint, identifier(methodNames.claim(`on${words.join('')}`)));
    }
  }
  for (const declaration of model.declarations) {
    classes.set(declaration, classIn(declaration.typeName.scope, declaration.typeName.name));
  }
  for (const error of model.errors) {
    classes.set(error, classIn(error.typeName.scope, `${error.typeName.name}Exception`));
  }
  const classOf = (thing: object) => classes.get(thing) ?? missing();
  return {
    ...fixed,
    classOf,
    endpointsOf: classOf,
    exceptionOf: classOf,
    fakeMethodOf: (endpoint) => methods.get(endpoint) ?? missing(),
  };
}

/** Part of a namespace, and a folder: PHP takes reserved words there, but not all that reads PHP does. */
function segmentName(segment: string): string {
  return RESERVED_NAMES.includes(segment.toLowerCase()) ? `${segment}_` : shortened(segment);
}

function missing(): never {
  throw new Error('the model has nothing of the kind');
}
