import type { ClientModel, EndpointModel, NamespaceModel } from '../../model/client-model';
import { namespacesOf } from '../../model/namespaces';
import { code, type Code } from '../code';
import { arrowMember, enclosed } from './layout';
import { moduleText } from './module-text';
import { literal, propertyKey } from './literal';
import type { TypeScriptNames } from './names';
import { typesOfEndpoints } from './references';
import { typeText } from './type-text';

/** What the template of the fake is filled with. */
export interface FakeView {
  readonly imports: readonly Code[];
  readonly name: Code;
  readonly hasEndpoints: boolean;
  readonly hasCalls: boolean;
  readonly hasStreams: boolean;
  /** The root first. */
  readonly namespaces: readonly FakeNamespaceView[];
}

interface FakeNamespaceView {
  readonly isRoot: boolean;
  readonly isEmpty: boolean;
  readonly handlers: Code;
  /** How the function that makes one begins, up to its brace. */
  readonly head: Code;
  readonly namespaces: readonly { readonly key: Code; readonly handlers: Code; readonly fake: Code }[];
  readonly endpoints: readonly FakeEndpointView[];
}

interface FakeEndpointView {
  /** The member of what a fake is given. */
  readonly handler: Code;
  /** The member of the object that is one. */
  readonly answer: Code;
}

/** @param file The name of a file by its stem, as it is imported. */
export function fakeView(model: ClientModel, names: TypeScriptNames, file: (stem: string) => string): FakeView {
  const namespaces = namespacesOf(model.root);
  const endpoints = namespaces.flatMap((namespace) => namespace.endpoints);
  const hasStreams = endpoints.some(({ stream }) => stream);
  const hasCalls = endpoints.some(({ stream }) => !stream);
  const options = [...(hasCalls ? [code`type CallOptions`] : []), ...(hasStreams ? [code`type StreamOptions`] : [])];
  return {
    imports: [
      ...moduleText('import', endpoints.length > 0 ? [...options, code`IpcError`] : [], '@pixl-ipc/client'),
      ...moduleText(
        'import type',
        namespaces.map((namespace) => names.of(namespace).endpoints),
        file('client'),
      ),
      ...moduleText('import type', typesOfEndpoints(endpoints).map(names.typeOf), file('types')),
    ],
    name: names.service,
    hasEndpoints: endpoints.length > 0,
    hasCalls,
    hasStreams,
    namespaces: namespaces.map((namespace) => namespaceView(namespace, model, names)),
  };
}

function namespaceView(namespace: NamespaceModel, model: ClientModel, names: TypeScriptNames): FakeNamespaceView {
  const { endpoints, fake, handlers } = names.of(namespace);
  const isRoot = namespace === model.root;
  const isEmpty = namespace.namespaces.length + namespace.endpoints.length === 0;
  return {
    isRoot,
    isEmpty,
    handlers,
    head: enclosed({
      brackets: 'parameters',
      before: code`${isRoot ? code`export ` : code``}function ${fake}`,
      parts: [code`${isEmpty ? code`_` : code``}handlers?: ${handlers}`],
      after: code`: ${endpoints} {`,
      indent: code``,
    }),
    namespaces: namespace.namespaces.map((inner) => ({
      key: propertyKey(inner.name),
      handlers: names.of(inner).handlers,
      fake: names.of(inner).fake,
    })),
    endpoints: namespace.endpoints.map((endpoint) => endpointView(endpoint, names)),
  };
}

function endpointView(endpoint: EndpointModel, names: TypeScriptNames): FakeEndpointView {
  const { uri, name, stream, request, requestIsOptional, response } = endpoint;
  const key = propertyKey(name);
  const parameters = requestIsOptional ? code`(request = {}, options)` : code`(request, options)`;
  const given = [literal(uri), code`handlers?.${key}`, code`request`, code`options`];
  return {
    handler: enclosed({
      brackets: 'types',
      before: code`readonly ${key}?: ${stream ? code`StreamHandler` : code`Handler`}`,
      parts: [typeText(request, names), typeText(response, names)],
      after: code`;`,
      indent: code`  `,
    }),
    answer: arrowMember(key, parameters, stream ? code`answerStream` : code`answer`, given),
  };
}
