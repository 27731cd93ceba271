import { getProjects, globAsync, joinPathFragments, type Tree } from '../nx/devkit';

/** What a daemon's contracts promise, written beside its project file. */
export const CONTRACT_DOCUMENT = 'ipc-contract.json';
/** Where a daemon's endpoints are, seen from its project. */
export const ENDPOINTS = 'src/endpoints';

/** A project that serves endpoints: it has contract files, or had some. */
export interface Daemon {
  /** The project's name, which is the service's too. */
  readonly name: string;
  /** The project's folder, seen from the workspace's. */
  readonly root: string;
}

/** The files that make a project a daemon. */
export const DAEMON_FILES = [`**/${CONTRACT_DOCUMENT}`, `**/${ENDPOINTS}/**/*.contract.ts`] as const;

/** Every daemon of the workspace, by name. */
export async function findDaemons(tree: Tree): Promise<Daemon[]> {
  const roots = new Set((await globAsync(tree, [...DAEMON_FILES])).map(daemonRoot));
  return [...getProjects(tree)]
    .filter(([, { root }]) => roots.has(root))
    .map(([name, { root }]) => ({ name, root }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The folder of the project that a file of {@link DAEMON_FILES} belongs to, `.` for the workspace's own. */
export function daemonRoot(file: string): string {
  const end = file.endsWith(CONTRACT_DOCUMENT) ? file.length - CONTRACT_DOCUMENT.length : file.indexOf(`${ENDPOINTS}/`);
  return file.slice(0, end).replace(/\/$/, '') || '.';
}

/** A daemon's file, seen from the workspace. */
export function daemonFile({ root }: Daemon, ...segments: string[]): string {
  return joinPathFragments(root, ...segments);
}

/** Where a daemon's contract document is, seen from the workspace. */
export function contractDocumentFile(daemon: Daemon): string {
  return daemonFile(daemon, CONTRACT_DOCUMENT);
}

/** Where a daemon's generated list of endpoints is, seen from the workspace. */
export function endpointListFile(daemon: Daemon): string {
  return daemonFile(daemon, ENDPOINTS, 'index.ts');
}
