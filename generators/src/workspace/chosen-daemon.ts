import { relative, sep } from 'node:path';
import { getProjects, type Tree } from '../nx/devkit';
import { findDaemons, type Daemon } from './daemon';
import { ask } from './question';

/** How a generator was told which daemon is meant. */
export interface DaemonChoice {
  /** The name that the user gave, if any. */
  readonly given: string | undefined;
  /** The option that names it, for messages. */
  readonly option: string;
  /** Whether the folder that the user is in may say it. */
  readonly fromCurrentFolder?: boolean;
  /** A daemon that cannot be meant. */
  readonly except?: string;
}

/**
 * The daemon that a generator is about: the given one, else the one whose folder the user is in, else the only one, else
 * the one that the user chooses.
 *
 * @throws Error naming the daemons and the remedy, if the given name is none of theirs, there is none, or nobody can be
 * asked
 */
export async function chosenDaemon(
  tree: Tree,
  { given, option, fromCurrentFolder, except }: DaemonChoice,
): Promise<Daemon> {
  const daemons = (await findDaemons(tree)).filter(({ name }) => name !== except);
  const names = daemons.map(({ name }) => name);
  if (given !== undefined) {
    const daemon = daemons.find(({ name }) => name === given);
    if (daemon !== undefined) return daemon;
    const what = getProjects(tree).has(given) ? 'is a project without endpoints' : 'is no project';
    throw new Error(`--${option}=${given} ${what}; ${daemonsRemedy(names)}`);
  }
  const [only] = daemons;
  if (only === undefined) throw new Error(`the workspace has no daemon; ${daemonsRemedy(names)}`);
  const here = fromCurrentFolder === true ? daemonAt(daemons, currentFolder(tree.root)) : undefined;
  if (here !== undefined) return here;
  if (daemons.length === 1) return only;
  const answer = await ask('Which daemon?', names);
  const chosen = daemons.find(({ name }) => name === answer);
  if (chosen !== undefined) return chosen;
  throw new Error(`the workspace has ${daemons.length} daemons; choose with --${option}=${names.join('|')}`);
}

/** The innermost daemon whose folder `folder` lies in. */
function daemonAt(daemons: readonly Daemon[], folder: string): Daemon | undefined {
  return daemons
    .filter(({ root }) => root === folder || root === '.' || folder.startsWith(`${root}/`))
    .sort((a, b) => b.root.length - a.root.length)[0];
}

/** Where the user is, seen from the workspace. npm and npx run their commands at the root and say where they were called. */
function currentFolder(workspaceRoot: string): string {
  const { INIT_CWD } = process.env;
  const folder = INIT_CWD?.startsWith(workspaceRoot) === true ? INIT_CWD : process.cwd();
  return relative(workspaceRoot, folder).split(sep).join('/') || '.';
}

function daemonsRemedy(names: readonly string[]): string {
  if (names.length > 0) return `the daemons are ${names.join(', ')}`;
  return 'make one with "nx g pixl-ipc:daemon <name>"';
}
