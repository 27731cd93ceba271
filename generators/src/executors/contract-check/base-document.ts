import { execFileSync } from 'node:child_process';
import { posix } from 'node:path';
import { CONTRACT_DOCUMENT } from '../../workspace/daemon';

/** A daemon's contract document as it is now, and what it is held against. */
export interface DocumentNow {
  /** The workspace's folder. */
  readonly root: string;
  /** Of git: a branch, tag or commit. */
  readonly base: string;
  /** Of the document, seen from the workspace. */
  readonly file: string;
  readonly text: string;
}

/** The document as it was. */
export interface BaseDocument {
  /** Seen from the workspace. */
  readonly file: string;
  readonly text: string;
}

/**
 * A daemon's contract document at the last common commit of HEAD and the base: the file of the same path, else, since a
 * project may have moved, that of the same service. Undefined where the daemon is new since then.
 *
 * @throws Error naming the remedy, if git cannot be asked, has no such commit, or will never have the file; or if several
 * documents of the base are of that service
 */
export function baseDocument({ root, base, file, text }: DocumentNow): BaseDocument | undefined {
  if (git(root, ['rev-parse', '--git-dir']) === undefined) {
    const remedy = 'run "git init" and commit, or leave contract-check out: it holds a contract against a commit';
    throw new Error(`${root} is in no git repository; ${remedy}`);
  }
  const commit = git(root, ['merge-base', base, 'HEAD'])?.trim();
  if (commit === undefined) {
    const remedy = 'fetch it with its history (fetch-depth: 0 in CI), or name another with --base or NX_BASE';
    throw new Error(`git finds no common commit of ${base} and HEAD; ${remedy}`);
  }
  const same = documentAt(root, commit, file);
  if (same !== undefined) return same;
  if (git(root, ['check-ignore', file]) !== undefined) {
    const remedy = 'take it out of .gitignore and commit it';
    throw new Error(`git ignores ${file}, so that no change of it would ever be found; ${remedy}`);
  }
  const service = serviceOf(text);
  const [moved, ...others] = documentsAt(root, commit).filter((document) => serviceOf(document.text) === service);
  if (others.length === 0) return moved;
  const files = [moved, ...others].map((document) => document?.file).join(', ');
  throw new Error(
    `${base} has several contract documents of ${String(service)}: ${files}; give each daemon its own name`,
  );
}

/** Every contract document of a commit. */
function documentsAt(root: string, commit: string): BaseDocument[] {
  const files = git(root, ['ls-tree', '-r', '-z', '--name-only', commit])?.split('\0') ?? [];
  return files
    .filter((file) => posix.basename(file) === CONTRACT_DOCUMENT)
    .flatMap((file) => documentAt(root, commit, file) ?? []);
}

function documentAt(root: string, commit: string, file: string): BaseDocument | undefined {
  const text = git(root, ['show', `${commit}:./${file}`]);
  return text === undefined ? undefined : { file, text };
}

/** The name that a daemon has in its document; undefined for a text that is none. */
function serviceOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { readonly service?: { readonly name?: string } } | null)?.service?.name;
  } catch {
    return undefined;
  }
}

/** What git prints; undefined where it fails. */
function git(cwd: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 << 20,
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') return undefined;
    throw new Error('git is not installed; contract-check holds a contract against a commit', { cause });
  }
}
