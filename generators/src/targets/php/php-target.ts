import type { Declaration, NamespaceModel } from '../../model/client-model';
import { namespacesOf } from '../../model/namespaces';
import { asCode } from '../code';
import { noticeText } from '../notice';
import type { FileView, Target } from '../target';
import { commentWords } from './comment';
import { endpointsView } from './endpoints-view';
import { enumView } from './enum-view';
import { exceptionView } from './exception-view';
import { fakeView } from './fake-view';
import { Imports } from './imports';
import { ItemReaders } from './item-readers';
import { phpNames } from './names';
import { objectView } from './object-view';
import { resolvePhpOptions, type PhpOptions } from './options';
import type { PhpClass } from './php-class';
import { readerView } from './reader-view';
import { isReader, type FileScope } from './type-text';

/** A client in PHP: a class a file, laid out by PSR-4 under the namespace of the output folder. */
export const phpTarget: Target<PhpOptions> = (model, options) => {
  const { namespace, name } = resolvePhpOptions(options, model.service);
  const names = phpNames(model, namespace, name);
  const notice = (hash?: string) => commentWords(noticeText(model, hash));
  const service = commentWords(model.service);
  const file = (
    own: PhpClass,
    template: string,
    viewOf: (scope: FileScope) => object,
    methods: readonly string[] = [],
  ): FileView => {
    const imports = new Imports(own, { qualifiesBelow: own === names.fake });
    const itemReaders = new ItemReaders(methods);
    const view = viewOf({ names, imports, itemReaders });
    return {
      path: `${[...own.namespace.slice(namespace.length).split('\\').filter(Boolean), own.name].join('/')}.php`,
      template: `php-client/${template}.php.hbs`,
      view: {
        notice: own === names.client ? notice(model.hash) : notice(),
        service,
        ...view,
        namespace: asCode(own.namespace),
        name: asCode(own.name),
        itemReaders: itemReaders.all(),
        uses: imports.uses(),
      },
    };
  };
  const endpoints = namespacesOf(model.root).flatMap((inner) => inner.endpoints);
  return [
    file(names.client, 'endpoints', (scope) => endpointsView(model.root, scope, model.service), methodsOf(model.root)),
    file(names.fake, 'fake', (scope) => fakeView(model, scope)),
    ...namespacesOf(model.root)
      .slice(1)
      .map((inner) =>
        file(names.endpointsOf(inner), 'endpoints', (scope) => endpointsView(inner, scope), methodsOf(inner)),
      ),
    ...model.declarations
      .filter(isClass)
      .map((declaration) =>
        file(names.classOf(declaration), templateFor(declaration), (scope) => declarationView(declaration, scope)),
      ),
    ...model.errors.map((error) =>
      file(names.exceptionOf(error), 'exception', (scope) =>
        exceptionView(
          error,
          endpoints.filter(({ errors }) => errors.includes(error)),
          scope,
        ),
      ),
    ),
  ];
};

/** Other types are written out where they are used. */
function isClass(declaration: Declaration): boolean {
  return declaration.type.kind === 'object' || declaration.type.kind === 'enum' || isReader(declaration);
}

function templateFor({ type: { kind } }: Declaration): string {
  return kind === 'object' || kind === 'enum' ? kind : 'reader';
}

function declarationView(declaration: Declaration, scope: FileScope): object {
  const { kind } = declaration.type;
  if (kind === 'object') return objectView(declaration, scope);
  return kind === 'enum' ? enumView(declaration) : readerView(declaration, scope);
}

function methodsOf(namespace: NamespaceModel): string[] {
  return namespace.endpoints.map((endpoint) => endpoint.name);
}
