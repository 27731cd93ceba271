import { visitNotIgnoredFiles, type Tree } from '../nx/devkit';
import { propertyName } from '../contract/library/generated-name';
import { daemonFile, ENDPOINTS, type Daemon } from './daemon';
import { GENERATED_NOTICE } from './generated-files';

const SERVED = /^(.*)\.(handler|original)\.ts$/;

/** The files under a daemon's endpoints, seen from that folder, in order. */
export function endpointFiles(tree: Tree, daemon: Daemon): string[] {
  const folder = daemonFile(daemon, ENDPOINTS);
  const files: string[] = [];
  visitNotIgnoredFiles(tree, folder, (path) => files.push(path.slice(folder.length + 1)));
  return files.sort();
}

/**
 * The module that lists everything a daemon serves: each `*.handler.ts` and `*.original.ts` under its endpoints, whose
 * default export is what they serve.
 */
export function endpointList(files: readonly string[]): string {
  const names = new Set<string>();
  const modules = files.flatMap((file) => {
    const [, path = '', kind = ''] = SERVED.exec(file) ?? [];
    return path === '' ? [] : [{ file, kind, name: unusedName(identifier(path, kind), names) }];
  });
  const hasOriginals = modules.some(({ kind }) => kind === 'original');
  return [
    `// ${GENERATED_NOTICE} from the handlers in this folder; \`nx sync\` brings it up to date.`,
    ...(hasOriginals ? ["import type { OriginalEndpoint } from '@pixl-ipc/component';"] : []),
    "import type { EndpointHandler } from '@pixl-ipc/server';",
    ...modules.map(({ file, name }) => `import ${name} from './${file.replace(/\.ts$/, '.js')}';`),
    '',
    '/** Everything that the daemon serves. */',
    `export const endpoints: readonly ${hasOriginals ? '(EndpointHandler | OriginalEndpoint)' : 'EndpointHandler'}[] = [`,
    ...modules.map(({ name }) => `  ${name},`),
    '];',
    '',
  ].join('\n');
}

/** `order-items/get` → `orderItemsGetHandler`; never a reserved word, because no reserved word ends so. */
function identifier(path: string, kind: string): string {
  const name = propertyName(path.replace(/[^A-Za-z0-9]+/g, '-'));
  return `${/^\d/.test(name) ? '_' : ''}${name}${kind === 'handler' ? 'Handler' : 'Original'}`;
}

function unusedName(name: string, taken: Set<string>): string {
  let unused = name;
  for (let n = 2; taken.has(unused); n += 1) unused = `${name}${n}`;
  taken.add(unused);
  return unused;
}
