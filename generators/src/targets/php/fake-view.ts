import type { ClientModel, EndpointModel } from '../../model/client-model';
import { namespacesOf } from '../../model/namespaces';
import { code, type Code } from '../code';
import { docBlock } from './comment';
import { decodeCode } from './decode-code';
import { encodeExpression, isJsonAlready } from './encode-code';
import { lineOf } from './layout';
import { literal } from './literal';
import { LIBRARY } from './php-class';
import { phpType, type FileScope } from './type-text';

/** What the template of the fake is filled with. */
export interface FakeView {
  readonly client: Code;
  readonly fakeTransport: Code;
  readonly methods: readonly {
    readonly comment: Code | undefined;
    readonly name: Code;
    readonly uri: Code;
    readonly stream: boolean;
    /** What the handler is given, made of `$data`. */
    readonly request: Code;
    /** The statement that passes on what `$response` becomes, without its semicolon; undefined where it is JSON already. */
    readonly response: Code | undefined;
  }[];
}

export function fakeView(model: ClientModel, scope: FileScope): FakeView {
  const endpoints = namespacesOf(model.root).flatMap((namespace) => namespace.endpoints);
  return {
    client: scope.imports.name(scope.names.client),
    fakeTransport: scope.imports.name(LIBRARY.FakeTransport),
    methods: endpoints.map((endpoint) => methodView(endpoint, scope)),
  };
}

function methodView(endpoint: EndpointModel, scope: FileScope): FakeView['methods'][number] {
  const { uri, stream, request, response } = endpoint;
  const answer = phpType(response, scope).doc;
  const returned = stream ? code`iterable<${answer}>` : answer;
  const handler = code`\\Closure(${phpType(request, scope).doc}): ${returned.includes('|') ? code`(${returned})` : returned}`;
  return {
    comment: docBlock([`How ${uri} is answered.`], [{ head: code`param ${handler} $handler` }], '    '),
    name: scope.names.fakeMethodOf(endpoint),
    uri: literal(uri),
    stream,
    request: decodeCode(request, code`$data`, scope),
    response: isJsonAlready(response)
      ? undefined
      : lineOf(
          stream ? code`yield ` : code`return `,
          encodeExpression(response, code`$response`, { ...scope, values: 'typed' }),
          stream ? code`                ` : code`            `,
        ),
  };
}
