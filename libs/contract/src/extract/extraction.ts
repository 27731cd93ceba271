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
  const { args, importLoader } = nodeProgram(options);
  const input: ExtractionInput = { service, files, ...(importLoader !== undefined && { importLoader }) };
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

/** What Node.js is started with, and what the program imports where a file cannot be required. */
interface NodeProgram {
  readonly args: readonly string[];
  readonly importLoader?: string;
}

function nodeProgram({ cwd, files, loader, conditions = [] }: ExtractionOptions): NodeProgram {
  const program = join(__dirname, `extract${extname(__filename)}`);
  const flags = conditions.map((condition) => `--conditions=${condition}`);
  if (loader !== undefined) {
    return { args: [...flags, '--import', pathToFileURL(loaderPath(loader, cwd)).href, program] };
  }
  if (![program, ...files].some(isTypeScript)) return { args: [...flags, program] };
  // The half of tsx for imports is a thread of its own, and hardly ever needed: contract files are required.
  return {
    args: [...flags, '--require', loaderPath('tsx/cjs', cwd), program],
    importLoader: pathToFileURL(loaderPath('tsx/esm', cwd)).href,
  };
}

function loaderPath(loader: string, cwd: string): string {
  try {
    return createRequire(join(cwd, 'package.json')).resolve(loader);
  } catch (cause) {
    const name = loader.replace(/^tsx\/(?:cjs|esm)$/, 'tsx');
    const reason = `the loader ${JSON.stringify(name)} is not installed in ${cwd}`;
    throw new ContractError([{ path: '', reason, remedy: `npm install --save-dev ${name}` }], { cause });
  }
}

function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file);
}
