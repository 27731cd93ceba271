import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ContractError } from '../contract-error';
import type { ContractDocument, Service } from '../document/contract-document';
import { parseContractDocument } from '../document/serialization';
import type { ExtractionInput, ExtractionLine } from './extract';
import { runExtraction } from './extraction-process';

/** What {@link extractContract} is given. */
export interface ExtractionOptions {
  /** What files are relative to, and where their packages and the loader are found. */
  readonly cwd: string;
  readonly service: Service;
  /** The contract files, in any order. */
  readonly files: readonly string[];
  /** A package for `node --import` that lets Node.js run the files. Default `tsx` where one of them is TypeScript. */
  readonly loader?: string;
  /** For `node --conditions`: how packages of the same workspace are found without a build. Default none. */
  readonly conditions?: readonly string[];
  /** How long the files may take, all together. Default 10 seconds: an import takes milliseconds, a loader one second. */
  readonly timeoutMs?: number;
}

/**
 * Reads contract files and gives their contract document. Their code runs in a process of its own, which is ended with
 * what it started, save what is detached from its process group, and never in this one.
 *
 * @throws ContractError with every problem that was found: files that cannot be imported or declare no endpoint, schemas
 * outside the supported subset, a process that took too long or ended by itself
 */
export async function extractContract(options: ExtractionOptions): Promise<ContractDocument> {
  const { cwd, service, files, timeoutMs = 10_000 } = options;
  const input: ExtractionInput = { service, files };
  const args = nodeArguments(options);
  const { output, reason, remedy } = await runExtraction({ cwd, args, input: JSON.stringify(input), timeoutMs });
  const lines = linesOf(output);
  const { document, problems } = lines.at(-1) ?? {};
  if (document !== undefined) return parseContractDocument(document);
  const file = lines.findLast(({ reading }) => reading !== undefined)?.reading;
  throw new ContractError(problems ?? [{ ...(file === undefined ? {} : { file }), path: '', reason, remedy }]);
}

/** What the extraction wrote. What a contract file wrote into it is left out. */
function linesOf(output: string): ExtractionLine[] {
  const lines = output.split('\n').filter((line) => /^{"(?:reading|document|problems)":/.test(line));
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as ExtractionLine];
    } catch {
      return [];
    }
  });
}

function nodeArguments({ cwd, files, loader, conditions = [] }: ExtractionOptions): string[] {
  const program = join(__dirname, `extract${extname(__filename)}`);
  const wanted = loader ?? ([program, ...files].some(isTypeScript) ? 'tsx' : undefined);
  return [
    ...conditions.map((condition) => `--conditions=${condition}`),
    ...(wanted === undefined ? [] : ['--import', loaderUrl(wanted, cwd)]),
    program,
  ];
}

function loaderUrl(loader: string, cwd: string): string {
  try {
    return pathToFileURL(createRequire(join(cwd, 'package.json')).resolve(loader)).href;
  } catch (cause) {
    const reason = `the loader ${JSON.stringify(loader)} is not installed in ${cwd}`;
    throw new ContractError([{ path: '', reason, remedy: `npm install --save-dev ${loader}` }], { cause });
  }
}

function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file);
}
