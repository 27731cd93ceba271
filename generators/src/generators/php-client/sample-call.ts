import type { ContractDocument } from '@pixl-ipc/contract';
import { propertyName } from '../../contract/library/generated-name';
import { buildModel } from '../../model/build-model';
import type { Declaration, EndpointModel, TypeModel } from '../../model/client-model';
import { Imports } from '../../targets/php/imports';
import { plainOf } from '../../targets/php/json-kind';
import { phpNames, type PhpNames } from '../../targets/php/names';
import { resolvePhpOptions } from '../../targets/php/options';
import type { PhpClass } from '../../targets/php/php-class';
import type { PhpClientEntry } from '../../workspace/ipc-config';
import { givenProperties, sampleEndpoint } from '../../workspace/sample-endpoint';

/** An endpoint to show somebody, and how PHP calls what it is made of. */
export interface Sample {
  readonly endpoint: EndpointModel;
  readonly names: PhpNames;
}

const TEST_CASE: PhpClass = { namespace: 'PHPUnit\\Framework', name: 'TestCase' };

/** @returns undefined where no endpoint of the daemon is simple enough: then a person writes the first call */
export function findSample(document: ContractDocument, entry: PhpClientEntry): Sample | undefined {
  const model = buildModel(document);
  const { namespace, name } = resolvePhpOptions(entry, model.service);
  const endpoint = sampleEndpoint(model);
  return endpoint === undefined ? undefined : { endpoint, names: phpNames(model, namespace, name) };
}

/** What the template of a script that calls the endpoint is filled with. Every text is PHP. */
export function scriptView({ endpoint, names }: Sample): Readonly<Record<string, unknown>> {
  const imports = new Imports({ namespace: '', name: '' });
  return { client: imports.name(names.client), call: callOf(endpoint, names, imports), uses: imports.uses() };
}

/** What the template of a test that fakes the endpoint is filled with. Every text is PHP. */
export function testView({ endpoint, names }: Sample, test: PhpClass): Readonly<Record<string, unknown>> {
  const imports = new Imports(test);
  return {
    namespace: test.namespace,
    class: test.name,
    testCase: imports.name(TEST_CASE),
    fake: imports.name(names.fake),
    fakeMethod: names.fakeMethodOf(endpoint),
    request: imports.name(names.classOf(endpoint.request.to)),
    response: imports.name(names.classOf(declarationOf(endpoint.response))),
    call: callOf(endpoint, names, imports),
    reply: sample(endpoint.response, names, imports),
    uses: imports.uses(),
  };
}

/** `orders->hello(new HelloRequest(name: 'text'))` */
function callOf({ uri, name, request }: EndpointModel, names: PhpNames, imports: Imports): string {
  const namespaces = uri.split('/').slice(1, -1).map(propertyName);
  return `${[...namespaces, name].join('->')}(${sample(request, names, imports)})`;
}

/** An expression of a value that the type takes. */
function sample(type: TypeModel, names: PhpNames, imports: Imports): string {
  const plain = plainOf(type);
  switch (plain.kind) {
    case 'boolean':
      return 'true';
    case 'integer':
      return '1';
    case 'number':
      return '1.5';
    case 'string':
      return "'text'";
    case 'list':
    case 'map':
      return '[]';
    case 'null':
    case 'nullable':
      return 'null';
    case 'object': {
      const members = givenProperties(plain).map(
        ({ key, type: member }) => `${propertyName(key)}: ${sample(member, names, imports)}`,
      );
      return `new ${imports.name(names.classOf(declarationOf(type)))}(${members.join(', ')})`;
    }
    default:
      throw new Error(`a ${plain.kind} has no sample`);
  }
}

function declarationOf(type: TypeModel): Declaration {
  if (type.kind === 'reference') return type.to.type.kind === 'reference' ? declarationOf(type.to.type) : type.to;
  throw new Error(`a ${type.kind} has no class`);
}
