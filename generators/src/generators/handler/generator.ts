import { assertDistinctUris, normalizeEndpointUri, type EndpointUri } from '../../contract/library/endpoint-uri';
import { formatFiles, joinPathFragments, type GeneratorCallback, type Tree } from '../../nx/devkit';
import { chosenDaemon } from '../../workspace/chosen-daemon';
import { daemonFile, ENDPOINTS, type Daemon } from '../../workspace/daemon';
import { endpointFiles } from '../../workspace/endpoint-list';
import { refreshWhenPossible } from '../../workspace/refresh-when-possible';
import { createFiles } from '../../workspace/templates';

/** @see generators/schemas/handler.json */
export interface HandlerOptions {
  readonly uri: string;
  readonly project?: string;
  readonly stream?: boolean;
  readonly legacy?: boolean;
  readonly skipFormat?: boolean;
}

type HandlerKind = 'endpoint' | 'stream' | 'legacy';

/**
 * Adds an endpoint to a daemon: its files, and everything that follows the daemon's contracts.
 *
 * @throws Error naming the rule and the remedy, if the URI is malformed, reserved or collides with another, the daemon
 * cannot be told, or the options contradict each other
 */
export async function handlerGenerator(tree: Tree, options: HandlerOptions): Promise<GeneratorCallback> {
  const uri = normalizeEndpointUri(options.uri);
  const daemon = await chosenDaemon(tree, { given: options.project, option: 'project', fromCurrentFolder: true });
  const kind = kindOf(options);
  if (kind === 'legacy') assertComponent(tree, daemon);
  createEndpoint(tree, daemon, uri, kind);
  const task = await refreshWhenPossible(tree, [daemon]);
  if (options.skipFormat !== true) await formatFiles(tree);
  return task;
}

export default handlerGenerator;

/**
 * Creates the files of an endpoint.
 *
 * @throws Error naming the rule and the remedy, if the URI collides with another of the daemon
 */
export function createEndpoint(tree: Tree, daemon: Daemon, uri: EndpointUri, kind: HandlerKind): void {
  assertFree(tree, daemon, uri);
  const [file = '', ...folders] = uri.slice(1).split('/').reverse();
  createFiles(tree, `handler/${kind}`, joinPathFragments(daemonFile(daemon, ENDPOINTS), ...folders.reverse()), {
    uri,
    file,
    handlerName: uri.slice(1).replaceAll('/', '-'),
    pattern: `/^${uri.replaceAll('/', '\\/')}(\\/|$)/`,
  });
}

function kindOf({ stream = false, legacy = false, uri }: HandlerOptions): HandlerKind {
  if (stream && legacy) {
    throw new Error(`${uri}: --stream and --legacy exclude each other; the original package has no streams`);
  }
  if (legacy) return 'legacy';
  return stream ? 'stream' : 'endpoint';
}

/** Only the component serves handlers in the style of the original. */
function assertComponent(tree: Tree, daemon: Daemon): void {
  const main = daemonFile(daemon, 'src/main.ts');
  if (tree.read(main, 'utf-8')?.includes("createServer } from '@pixl-ipc/server'") !== true) return;
  const remedy = 'serve an endpoint with a contract, or make a daemon with --runtime=component';
  throw new Error(`--legacy needs the pixl-server component, and ${main} is a standalone server; ${remedy}`);
}

/** By the places of the files. What the contracts in them say is held against each other when they are read. */
function assertFree(tree: Tree, daemon: Daemon, uri: EndpointUri): void {
  const taken = new Map<EndpointUri, string>();
  for (const file of endpointFiles(tree, daemon)) {
    const [, path] = /^((?:[a-z][a-z0-9-]*\/)*[a-z][a-z0-9-]*)\.(?:contract|original)\.ts$/.exec(file) ?? [];
    if (path !== undefined) taken.set(`/${path}`, file);
  }
  for (const [other, file] of taken) {
    const path = daemonFile(daemon, ENDPOINTS, file);
    if (other === uri) {
      throw new Error(`${daemon.name} has ${uri} already, in ${path}; change that file, or choose another URI`);
    }
    if (other.startsWith(`${uri}/`)) {
      const remedy = `choose ${uri}/list or the like`;
      throw new Error(`${uri} cannot be an endpoint, because ${other} lies under it, in ${path}; ${remedy}`);
    }
  }
  assertDistinctUris([...taken.keys(), uri]);
}
