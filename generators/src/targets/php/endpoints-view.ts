import type { EndpointModel, NamespaceModel } from '../../model/client-model';
import { Names } from '../../model/type-name';
import { code, joined, type Code } from '../code';
import { commentWords, docBlock, type Tag } from './comment';
import { decodeExpression } from './decode-code';
import { lineOf, MAX_COLUMNS } from './layout';
import { identifier, literal } from './literal';
import { LIBRARY } from './php-class';
import { phpType, type FileScope } from './type-text';

const META: Tag = { head: code`param array<string, string> $meta`, text: 'for middleware, such as `traceparent`' };

/** What the template of the client and of each namespace is filled with. */
export interface EndpointsView {
  /** Which they are: `of ipc-daemon`, `under /orders`. */
  readonly place: Code;
  /** Of the client alone. */
  readonly connect: { readonly client: Code; readonly options: Code; readonly exception: Code } | undefined;
  readonly transport: Code;
  /** The property that holds the transport; undefined where no endpoint of its own needs it. */
  readonly transportProperty: Code | undefined;
  readonly constructorParameter: Code;
  readonly namespaces: readonly { readonly property: Code; readonly type: Code }[];
  readonly methods: readonly MethodView[];
}

interface MethodView {
  readonly comment: Code | undefined;
  /** From the name to the brace that opens the body, broken where the line would be too long. */
  readonly head: Code;
  /** The statement that makes the call, without its semicolon. */
  readonly call: Code;
  readonly stream: boolean;
  /** The statement that returns what `$reply` holds, or yields what each `$item` of a stream does; without its semicolon. */
  readonly answer: Code;
  /** The declared errors; where there are some, the call is made within `try`. */
  readonly errors: readonly { readonly exception: Code }[];
  readonly remoteException: Code | undefined;
}

/** @param service The daemon, for the root; it is the client. */
export function endpointsView(namespace: NamespaceModel, scope: FileScope, service?: string): EndpointsView {
  const { imports } = scope;
  const properties = new Names();
  const namespaces = namespace.namespaces.map((inner) => ({
    property: identifier(properties.claim(inner.name)),
    type: imports.name(scope.names.endpointsOf(inner)),
  }));
  const transport = imports.name(LIBRARY.Transport);
  const property = identifier(properties.claim('transport'));
  const methods = new Names(service === undefined ? [] : ['connect'], (name) => name.toLowerCase());
  return {
    place: commentWords(service === undefined ? `under ${namespace.uri}` : `of ${service}`),
    connect:
      service === undefined
        ? undefined
        : {
            client: imports.name(LIBRARY.Client),
            options: imports.name(LIBRARY.ClientOptions),
            exception: imports.name(LIBRARY.ConnectException),
          },
    transport,
    transportProperty: namespace.endpoints.length > 0 ? property : undefined,
    constructorParameter: property,
    namespaces,
    methods: namespace.endpoints.map((endpoint) =>
      methodView(endpoint, identifier(methods.claim(endpoint.name)), property, scope),
    ),
  };
}

function methodView(endpoint: EndpointModel, name: Code, transport: Code, scope: FileScope): MethodView {
  const { uri, hash, idempotent, stream, response, errors } = endpoint;
  const { native, doc, isNative } = phpType(response, scope);
  const given = [literal(uri), code`$request`, code`$timeoutMs`, code`$meta`];
  const rest = [
    ...(stream ? [code`$credit`] : []),
    code`contract: ${literal(hash)}`,
    ...(idempotent && !stream ? [code`idempotent: true`] : []),
  ];
  const result = stream ? code`\\Generator` : native;
  const returned = stream ? code`\\Generator<int, ${doc}, mixed, void>` : doc;
  // A call that may fail with a declared error stands within try.
  const indent = errors.length > 0 ? code`            ` : code`        `;
  const exceptions = errors.map((error) => scope.imports.name(scope.names.exceptionOf(error)));
  const tags: Tag[] = [
    META,
    ...(stream ? [{ head: code`param int $credit`, text: 'how many may come before they are taken' }] : []),
    ...(isNative && !stream ? [] : [{ head: code`return ${returned}` }]),
    ...exceptions.map((exception, index) => ({ head: code`throws ${exception}`, text: errors[index]?.code ?? '' })),
    {
      head: code`throws ${scope.imports.name(LIBRARY.IpcException)}`,
      text: exceptions.length > 0 ? 'if it fails otherwise' : 'if it fails',
    },
  ];
  return {
    comment: docBlock(endpoint.summary === undefined ? [] : [endpoint.summary], tags, '    '),
    head: headOf(endpoint, name, result, scope),
    call: lineOf(
      stream ? code`$items = ` : code`$reply = `,
      { name: code`$this->${transport}->${stream ? code`stream` : code`call`}`, parameters: [...given, ...rest] },
      indent,
    ),
    stream,
    answer: stream
      ? lineOf(code`yield `, decodeExpression(response, code`$item`, scope), code`${indent}    `)
      : lineOf(code`return `, decodeExpression(response, code`$reply`, scope), code`        `),
    errors: exceptions.map((exception) => ({ exception })),
    remoteException: errors.length > 0 ? scope.imports.name(LIBRARY.RemoteException) : undefined,
  };
}

function headOf(endpoint: EndpointModel, name: Code, result: Code, scope: FileScope): Code {
  const request = phpType(endpoint.request, scope).native;
  const parameters = [
    code`${request} $request${endpoint.requestIsOptional ? code` = new ${request}()` : code``}`,
    code`?int $timeoutMs = null`,
    code`array $meta = []`,
    ...(endpoint.stream ? [code`int $credit = 64`] : []),
  ];
  const line = code`${name}(${joined(parameters, code`, `)}): ${result}`;
  if (`    public function ${line}`.length <= MAX_COLUMNS) return code`${line}\n    {`;
  return code`${name}(\n        ${joined(parameters, code`,\n        `)},\n    ): ${result} {`;
}
