import { dirname } from 'node:path/posix';
import {
  getProjects,
  globAsync,
  joinPathFragments,
  offsetFromRoot,
  readJson,
  writeJson,
  type Tree,
} from '../nx/devkit';
import { entryOfOptions, IPC_CONFIG, isForeignConfig, parseIpcConfig, type ClientEntry } from './ipc-config';

/** A project that calls daemons. */
export interface Consumer {
  /** The project's folder, seen from the workspace's. */
  readonly root: string;
  readonly clients: readonly ClientEntry[];
}

/**
 * Every project with an ipc.json, by folder. Files of that name elsewhere, or without clients, are somebody else's.
 *
 * @throws Error naming the file and the remedy, if one is malformed
 */
export async function findConsumers(tree: Tree): Promise<Consumer[]> {
  const projects = new Set(Array.from(getProjects(tree).values(), ({ root }) => root));
  const folders = (await globAsync(tree, [`**/${IPC_CONFIG}`])).map(dirname).sort();
  const isOurs = (root: string) => !isForeignConfig(tree.read(joinPathFragments(root, IPC_CONFIG), 'utf-8') ?? '{}');
  return folders.filter((root) => projects.has(root) && isOurs(root)).map((root) => consumerAt(tree, root));
}

/** @throws Error as {@link findConsumers} */
export function consumerAt(tree: Tree, root: string): Consumer {
  const file = joinPathFragments(root, IPC_CONFIG);
  const text = tree.read(file, 'utf-8');
  return { root, clients: text === null ? [] : parseIpcConfig(text, file).clients };
}

/**
 * Registers a client in the ipc.json of the project at `root`, unless it has one of the same daemon and language.
 *
 * @param given What the user asked for, which a registered client has to agree with.
 * @returns the entry that is registered
 * @throws Error naming the file and the remedy, if the ipc.json is malformed or would be, or says something else than
 * `given`, or naming the option that is wrong
 */
export function registerClient<Entry extends ClientEntry>(
  tree: Tree,
  root: string,
  entry: Entry,
  given: Readonly<Record<string, string | undefined>>,
): Entry {
  const file = joinPathFragments(root, IPC_CONFIG);
  const { clients } = consumerAt(tree, root);
  const wanted = entryOfOptions(entry) as Entry;
  const known = clients.find(
    (client): client is Entry => client.daemon === entry.daemon && client.language === entry.language,
  );
  if (known !== undefined) {
    const said = Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : key));
    assertAgrees(known, wanted, said, file);
    return known;
  }
  const config = tree.exists(file)
    ? readJson<object>(tree, file)
    : { $schema: `${offsetFromRoot(root)}node_modules/pixl-ipc/schemas/ipc-config.json` };
  const registered = { ...config, clients: [...clients, wanted] };
  parseIpcConfig(JSON.stringify(registered), file);
  writeJson(tree, file, registered);
  return wanted;
}

function assertAgrees(known: object, wanted: object, keys: readonly string[], file: string): void {
  const [registered, asked] = [known, wanted] as readonly Readonly<Record<string, unknown>>[];
  const key = keys.find((candidate) => registered?.[candidate] !== asked?.[candidate]);
  if (key === undefined) return;
  const actual = `it is registered with ${JSON.stringify({ [key]: registered?.[key] })}`;
  throw new Error(
    `${file} has that client already: ${actual}; change it there and run "nx sync", or leave --${key} out`,
  );
}
