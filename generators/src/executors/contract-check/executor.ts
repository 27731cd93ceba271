import type { Finding } from '@pixl-ipc/contract';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger, type ExecutorContext } from '../../nx/devkit';
import { contractDocumentFile } from '../../workspace/daemon';
import { taskProject } from '../task';
import { baseDocument } from './base-document';
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
  const newer = readFileSync(join(context.root, file), 'utf8');
  const older = baseDocument({ root: context.root, base, file, text: newer });
  if (older === undefined) {
    logger.info(`${file} is new since ${base}: there is nothing to break.`);
    return { success: true };
  }
  if (older.file !== file) logger.info(`${file} was ${older.file} at ${base}.`);
  const findings = await compareDocuments({ root: context.root, older: older.text, newer });
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
