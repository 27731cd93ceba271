import type { Tree } from '../nx/devkit';
import type { Follower } from './refresh';

interface DocumentOutline {
  readonly hash?: string;
  readonly endpoints?: Readonly<Record<string, { readonly hash?: string }>>;
}

const CONTRACT_HASH = /contract ([0-9a-f]{12})\b/;

/** What was read before a refresh, to say afterwards what was stale. */
export type Before = (path: string) => string | null;

/**
 * What of `followers` the tree changed, and why: a line for each.
 *
 * @param onDisk Reads a file as it was before the tree changed it.
 */
export function staleness(tree: Tree, followers: readonly Follower[], onDisk: Before): string[] {
  const changed = tree.listChanges().map(({ path }) => path);
  return followers.flatMap(({ path, daemon, kind }) => {
    const files = changed.filter((file) => file === path || file.startsWith(`${path}/`));
    if (files.length === 0) return [];
    if (kind === 'list') return [`${path}: does not list the handlers that ${daemon.name} has`];
    if (kind === 'document') return [`${path}: ${documentChange(onDisk(path), tree.read(path, 'utf-8'))}`];
    return [`${path}: ${clientChange(tree, files, daemon.name, onDisk)}`];
  });
}

/** Every generated file names the contract that it is of. */
function clientChange(tree: Tree, files: readonly string[], daemon: string, onDisk: Before): string {
  const number = files.length === 1 ? '1 file' : `${files.length} files`;
  const hashes = (read: Before) => files.map((file) => CONTRACT_HASH.exec(read(file) ?? '')?.[1]).find(Boolean);
  const [before, now] = [hashes(onDisk), hashes((file) => tree.read(file, 'utf-8'))];
  if (before === undefined) return `${number} missing`;
  if (before !== now && now !== undefined) return `${number} of contract ${before}, ${daemon} is at ${now}`;
  return `${number} not as this version of pixl-ipc and its templates make them`;
}

function documentChange(before: string | null, after: string | null): string {
  if (before === null) return 'is missing';
  const [old, now] = [outline(before), outline(after)];
  const uris = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const changes = uris.flatMap((uri) => {
    if (old[uri] === undefined) return [`${uri} is new`];
    if (now[uri] === undefined) return [`${uri} is gone`];
    return old[uri] === now[uri] ? [] : [`${uri} changed`];
  });
  return changes.length === 0 ? 'not as it is generated' : changes.join(', ');
}

/** The hash of each endpoint. A document that cannot be read has none. */
function outline(text: string | null): Readonly<Record<string, string | undefined>> {
  try {
    const { endpoints = {} } = JSON.parse(text ?? '{}') as DocumentOutline;
    return Object.fromEntries(Object.entries(endpoints).map(([uri, { hash }]) => [uri, hash]));
  } catch {
    return {};
  }
}
