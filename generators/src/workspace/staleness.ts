import type { Tree } from '../nx/devkit';
import type { Follower } from './refresh';

interface Documented {
  readonly hash?: string;
}

/** What is told apart of a contract document. */
interface DocumentOutline {
  readonly hash?: string;
  readonly service?: { readonly version?: string };
  readonly endpoints?: Readonly<Record<string, Documented>>;
  readonly types?: Readonly<Record<string, unknown>>;
}

const CONTRACT_HASH = /contract ([0-9a-f]{12})\b/;

/** Reads a file as it was before a refresh, to say afterwards what was stale; null where none was. */
export type Before = (path: string) => string | null;

/**
 * What of `followers` the tree changed, and why: a line for each.
 */
export function staleness(tree: Tree, followers: readonly Follower[], onDisk: Before): string[] {
  // A tree lists the folders as well that it left without a file.
  const isFile = (path: string) => tree.isFile(path) || onDisk(path) !== null;
  const changed = tree.listChanges().flatMap(({ path }) => (isFile(path) ? path : []));
  return followers.flatMap(({ path, daemon, kind }) => {
    const files = changed.filter((file) => file === path || file.startsWith(`${path}/`));
    if (files.length === 0) return [];
    if (kind === 'list') return [`${path}: does not list the handlers that ${daemon.name} has`];
    if (kind === 'document') return [`${path}: ${documentChange(onDisk(path), tree.read(path, 'utf-8'))}`];
    return [`${path}: ${clientChange(tree, files, daemon.name, onDisk)}`];
  });
}

/** One of a client's files names the contract that it is of. */
function clientChange(tree: Tree, files: readonly string[], daemon: string, onDisk: Before): string {
  const number = files.length === 1 ? '1 file' : `${files.length} files`;
  if (!files.some((file) => tree.exists(file))) return `${number} left over`;
  if (files.every((file) => onDisk(file) === null)) return `${number} missing`;
  const hashIn = (read: Before) => files.map((file) => CONTRACT_HASH.exec(read(file) ?? '')?.[1]).find(Boolean);
  const [before, now] = [hashIn(onDisk), hashIn((file) => tree.read(file, 'utf-8'))];
  if (before !== undefined && now !== undefined && before !== now) {
    return `${number} of contract ${before}, ${daemon} is at ${now}`;
  }
  return `${number} not as the contract's documentation, this version of pixl-ipc and its templates make them`;
}

function documentChange(before: string | null, after: string | null): string {
  if (before === null) return 'is missing';
  const [old, now] = [outline(before), outline(after) ?? {}];
  if (old === undefined) return 'cannot be read';
  const isSame = old.hash === now.hash;
  const changes = [
    ...(old.service?.version === now.service?.version ? [] : [`is of version ${now.service?.version ?? 'none'} now`]),
    ...differences(old.endpoints, now.endpoints, (one, other) => one.hash === other.hash),
    // Where a type's shape has changed, so has every endpoint that it is part of.
    ...(isSame ? differences(old.types, now.types, () => true) : []),
  ];
  return changes.length === 0 ? 'not as it is generated' : changes.join(', ');
}

/**
 * What differs between the endpoints, or the types, of two documents.
 *
 * @param isSame Whether two entries say the same to a peer, so that what differs in them is documentation.
 */
function differences<Entry>(
  old: Readonly<Record<string, Entry>> = {},
  now: Readonly<Record<string, Entry>> = {},
  isSame: (one: Entry, other: Entry) => boolean,
): string[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return names.flatMap((name) => {
    const [one, other] = [old[name], now[name]];
    if (one === undefined) return [`${name} is new`];
    if (other === undefined) return [`${name} is gone`];
    if (!isSame(one, other)) return [`${name} changed`];
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [`${name}: documentation changed`];
  });
}

function outline(text: string | null): DocumentOutline | undefined {
  try {
    return Object(JSON.parse(text ?? '')) as DocumentOutline;
  } catch {
    return undefined;
  }
}
