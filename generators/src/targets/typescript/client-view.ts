import type { ClientModel, EndpointModel, NamespaceModel } from '../../model/client-model';
import { namespacesOf } from '../../model/namespaces';
import { code, type Code } from '../code';
import { docComment } from './comment';
import { arrowMember, enclosed } from './layout';
import { moduleText } from './module-text';
import { literal, propertyKey } from './literal';
import type { TypeScriptNames } from './names';
import { typesOfEndpoints } from './references';
import { typeText } from './type-text';

/** What the template of the client is filled with. */
export interface ClientView {
  readonly imports: readonly Code[];
  readonly name: Code;
  readonly root: NamespaceView;
  /** The root first. */
  readonly namespaces: readonly NamespaceView[];
  readonly references: readonly ReferenceView[];
}

export interface NamespaceView {
  readonly isRoot: boolean;
  readonly comment: Code | undefined;
  /** The interface. */
  readonly type: Code;
  /** How the function that makes one begins, up to its brace. */
  readonly createHead: Code;
  readonly namespaces: readonly { readonly key: Code; readonly type: Code; readonly create: Code }[];
  readonly endpoints: readonly EndpointView[];
}

interface EndpointView {
  readonly comment: Code | undefined;
  /** The member of the interface. */
  readonly signature: Code;
  /** The member of the object that is one. */
  readonly call: Code;
}

interface ReferenceView {
  /** How its declaration begins, up to its brace. */
  readonly head: Code;
  readonly uri: Code;
  readonly hash: Code;
  readonly idempotent: boolean;
  readonly stream: boolean;
}

export function clientView(model: ClientModel, names: TypeScriptNames, typesFile: string): ClientView {
  const namespaces = namespacesOf(model.root);
  const endpoints = namespaces.flatMap((namespace) => namespace.endpoints);
  return {
    imports: [
      ...moduleText('import', [code`createClient`, ...clientTypes(endpoints)], '@pixl-ipc/client'),
      ...moduleText('import type', typesOfEndpoints(endpoints).map(names.typeOf), typesFile),
    ],
    name: names.service,
    root: namespaceView(model.root, model, names),
    namespaces: namespaces.map((namespace) => namespaceView(namespace, model, names)),
    references: endpoints.map((endpoint) => referenceView(endpoint, names)),
  };
}

function clientTypes(endpoints: readonly EndpointModel[]): Code[] {
  const streams = endpoints.filter(({ stream }) => stream).length;
  return [
    ...(streams < endpoints.length ? [code`type CallOptions`] : []),
    ...(streams > 0 ? [code`type StreamOptions`] : []),
    ...(endpoints.length > 0 ? [code`type EndpointReference`] : []),
    code`type IpcClient`,
    code`type IpcClientOptions`,
  ];
}

function namespaceView(namespace: NamespaceModel, model: ClientModel, names: TypeScriptNames): NamespaceView {
  const isRoot = namespace === model.root;
  return {
    isRoot,
    comment: isRoot ? undefined : docComment([`The endpoints under ${namespace.uri}.`], ''),
    type: names.of(namespace).endpoints,
    createHead: createHead(namespace, isRoot, names),
    namespaces: namespace.namespaces.map((inner) => ({
      key: propertyKey(inner.name),
      type: names.of(inner).endpoints,
      create: names.of(inner).create,
    })),
    endpoints: namespace.endpoints.map((endpoint) => endpointView(endpoint, names)),
  };
}

function endpointView(endpoint: EndpointModel, names: TypeScriptNames): EndpointView {
  const { name, stream, requestIsOptional } = endpoint;
  const parameters = requestIsOptional ? code`(request = {}, options)` : code`(request, options)`;
  const given = [names.referenceOf(endpoint), code`request`, code`options`];
  return {
    comment: endpointComment(endpoint, names),
    signature: signatureOf(endpoint, names),
    call: arrowMember(propertyKey(name), parameters, stream ? code`client.stream` : code`client.call`, given),
  };
}

function createHead(namespace: NamespaceModel, isRoot: boolean, names: TypeScriptNames): Code {
  const { create, endpoints } = names.of(namespace);
  return enclosed({
    brackets: 'parameters',
    before: code`${isRoot ? code`export ` : code``}function ${create}`,
    parts: [isRoot ? code`options: IpcClientOptions` : code`client: IpcClient`],
    after: code`: ${isRoot ? code`${endpoints}Client` : endpoints} {`,
    indent: code``,
  });
}

function endpointComment({ summary, errors }: EndpointModel, names: TypeScriptNames): Code | undefined {
  const thrown = errors.map(({ code: errorCode, details }) => {
    const type = typeText(details, names);
    return {
      name: 'throws' as const,
      text: `IpcError ${errorCode}${details.kind === 'null' ? '' : `, its details ${type}`}`,
    };
  });
  return docComment(summary === undefined ? [] : [summary], '  ', thrown);
}

function signatureOf(endpoint: EndpointModel, names: TypeScriptNames): Code {
  const { name, request, requestIsOptional, response, stream } = endpoint;
  const first = code`request${requestIsOptional ? code`?` : code``}: ${typeText(request, names)}`;
  const second = stream ? code`options?: StreamOptions` : code`options?: CallOptions`;
  const answer = typeText(response, names);
  const result = stream ? code`AsyncIterable<${answer}>` : code`Promise<${answer}>`;
  return enclosed({
    brackets: 'parameters',
    before: code`readonly ${propertyKey(name)}: `,
    parts: [first, second],
    after: code` => ${result};`,
    indent: code`  `,
  });
}

function referenceView(endpoint: EndpointModel, names: TypeScriptNames): ReferenceView {
  const { uri, hash, idempotent, stream, request, response } = endpoint;
  return {
    head: enclosed({
      brackets: 'types',
      before: code`const ${names.referenceOf(endpoint)}: EndpointReference`,
      parts: [typeText(request, names), typeText(response, names), literal(stream)],
      after: code` = {`,
      indent: code``,
    }),
    uri: literal(uri),
    hash: literal(hash),
    idempotent,
    stream,
  };
}
