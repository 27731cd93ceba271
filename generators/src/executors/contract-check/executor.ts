import type { Finding } from '@pixl-ipc/contract';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger, type ExecutorContext } from '../../nx/devkit';
import { contractDocumentFile } from '../../workspace/daemon';
import { taskProject } from '../task';
import { compareDocuments } from './comparison';

/** @see generators/schemas/contract-check-executor.json */
export interface ContractCheckOptions {
  readonly base?: string;
  readonly allow?: readonly string[];
}

/**
 * Holds a daemon's contract document against that of where the work began: the last common commit of HEAD and a git base.
 * Fails where a client that was generated then would break.
 *
 * @throws Error naming the remedy, if the base cannot be found or a document cannot be read
 */
export default async function contractCheckExecutor(
  options: ContractCheckOptions,
  context: ExecutorContext,
): Promise<{ readonly success: boolean }> {
  const file = contractDocumentFile(taskProject(context));
  const base = options.base ?? process.env.NX_BASE ?? context.nxJsonConfiguration.defaultBase ?? 'main';
  const older = documentAt(context.root, base, file);
  if (older === undefined) {
    logger.info(`${file} is new since ${base}: there is nothing to break.`);
    return { success: true };
  }
  const newer = readFileSync(join(context.root, file), 'utf8');
  const findings = await compareDocuments({ root: context.root, older, newer });
  const isAllowed = ({ path }: Finding) => options.allow?.includes(path.split('#')[0] ?? '') === true;
  const breaking = findings.filter((finding) => finding.level === 'breaking' && !isAllowed(finding));
  for (const finding of findings) {
    const print = breaking.includes(finding) ? logger.error : logger.warn;
    print.call(logger, lineOf(finding));
  }
  if (breaking.length === 0) logger.info(`${file} breaks no client that was generated at ${base}.`);
  return { success: breaking.length === 0 };
}

function lineOf({ level, path, message, remedy }: Finding): string {
  return `${level} ${path}: ${message}; ${remedy}`;
}

/**
 * The text of a file at the last common commit of HEAD and `base`; undefined where it was not there.
 *
 * @throws Error naming the remedy, if git cannot be asked, has no such commit, or will never have the file
 */
function documentAt(root: string, base: string, file: string): string | undefined {
  if (git(root, ['rev-parse', '--git-dir']) === undefined) {
    const remedy = 'run "git init" and commit, or leave contract-check out: it holds a contract against a commit';
    throw new Error(`${root} is in no git repository; ${remedy}`);
  }
  const commit = git(root, ['merge-base', base, 'HEAD'])?.trim();
  if (commit === undefined) {
    const remedy = 'fetch it with its history (fetch-depth: 0 in CI), or name another with --base or NX_BASE';
    throw new Error(`git finds no common commit of ${base} and HEAD; ${remedy}`);
  }
  const text = git(root, ['show', `${commit}:./${file}`]);
  if (text === undefined && git(root, ['check-ignore', file]) !== undefined) {
    const remedy = 'take it out of .gitignore and commit it';
    throw new Error(`git ignores ${file}, so that no change of it would ever be found; ${remedy}`);
  }
  return text;
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
