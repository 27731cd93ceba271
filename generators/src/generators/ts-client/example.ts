import { relative } from 'node:path/posix';
import { parseContractDocument } from '../../contract/contract-document';
import { propertyName } from '../../contract/library/generated-name';
import { buildModel } from '../../model/build-model';
import type { TypeModel } from '../../model/client-model';
import { joinPathFragments, readProjectConfiguration, updateProjectConfiguration, type Tree } from '../../nx/devkit';
import { plainOf } from '../../targets/php/json-kind';
import { literal, propertyKey } from '../../targets/typescript/literal';
import { typeScriptNames } from '../../targets/typescript/names';
import { resolveTypeScriptOptions } from '../../targets/typescript/options';
import { contractDocumentFile, type Daemon } from '../../workspace/daemon';
import type { TypeScriptClientEntry } from '../../workspace/ipc-config';
import { sampleEndpoint } from '../../workspace/sample-endpoint';
import { createFiles } from '../../workspace/templates';

/** Adds a script that calls the daemon and a target that runs it, where the daemon has a contract that allows for it. */
export function createExample(tree: Tree, project: string, daemon: Daemon, entry: TypeScriptClientEntry): void {
  const document = tree.read(contractDocumentFile(daemon), 'utf-8');
  if (document === null) return;
  const model = buildModel(parseContractDocument(document));
  const endpoint = sampleEndpoint(model);
  if (endpoint === undefined) return;
  const { name, importExtension } = resolveTypeScriptOptions(entry, model.service);
  const configuration = readProjectConfiguration(tree, project);
  const folder = joinPathFragments(configuration.root, 'src');
  const client = relative(folder, joinPathFragments(configuration.root, entry.output, `index${importExtension}`));
  const path = [...endpoint.uri.split('/').slice(1, -1).map(propertyName), endpoint.name].join('.');
  createFiles(tree, 'typescript-project/script', configuration.root, {
    daemon: daemon.name,
    create: typeScriptNames(model, name).of(model.root).create,
    module: client.startsWith('.') ? client : `./${client}`,
    socketPath: relative(folder, joinPathFragments(daemon.root, 'run', `${daemon.name}.sock`)),
    call: `${path}(${sample(endpoint.request)})`,
  });
  const start = { command: 'node --import tsx src/call.ts', options: { cwd: '{projectRoot}' } };
  updateProjectConfiguration(tree, project, { ...configuration, targets: { ...configuration.targets, start } });
}

/** An expression of a value that the type takes. */
function sample(type: TypeModel): string {
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
      return '[]';
    case 'map':
      return '{}';
    case 'null':
    case 'nullable':
      return 'null';
    case 'object': {
      const members = plain.properties
        .filter(({ required }) => required)
        .map(({ key, type: member }) => `${propertyKey(key)}: ${sample(member)}`);
      return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
    }
    case 'literal':
      return literal(plain.value);
    default:
      throw new Error(`a ${plain.kind} has no sample`);
  }
}
