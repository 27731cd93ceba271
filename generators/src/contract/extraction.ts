import type { ContractDocument } from '@pixl-ipc/contract';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { contractError, ContractError, type ContractProblem } from './library/contract-error';
import { runExtraction } from './library/extract/extraction-process';

/** What {@link extractContract} is given. */
export interface ExtractionOptions {
  /** The daemon's folder: what files are relative to, and where their packages are found. */
  readonly cwd: string;
  readonly service: { readonly name: string; readonly version: string };
  /** The contract files, in any order. */
  readonly files: readonly string[];
  /** Under which packages of the same workspace are found without a build. Default none. */
  readonly conditions?: readonly string[];
}

/** What the extraction writes, a line: one of these. */
interface ExtractionLine {
  readonly reading?: string;
  readonly document?: ContractDocument;
  readonly problems?: readonly ContractProblem[];
}

const CONTRACT_LIBRARY = '@pixl-ipc/contract';
/** The loader by halves: that for imports is a thread of its own, and hardly ever needed, as contract files are required. */
const LOADER = { required: 'tsx/cjs', imported: 'tsx/esm' };
/** The loader takes one second, an import milliseconds: ten times as long, on a machine that has more to do. */
const TIMEOUT_MS = 10_000;
const TIMEOUT_PER_FILE_MS = 100;

/**
 * Reads contract files and gives their contract document. Their code runs in a process of its own, with the contract
 * library that the daemon has, and never in this one.
 *
 * @throws ContractError with every problem that was found: packages that are not installed, files that cannot be imported
 * or declare no endpoint, schemas outside the supported subset, a process that took too long or ended by itself
 */
export async function extractContract(options: ExtractionOptions): Promise<ContractDocument> {
  const { cwd, service, files, conditions = [] } = options;
  const args = [
    ...conditions.map((condition) => `--conditions=${condition}`),
    '--require',
    resolved(LOADER.required, cwd),
    extractionProgram(cwd, conditions),
  ];
  const importLoader = pathToFileURL(resolved(LOADER.imported, cwd)).href;
  const input = JSON.stringify({ service, files, importLoader });
  const timeoutMs = TIMEOUT_MS + files.length * TIMEOUT_PER_FILE_MS;
  const { output, reason, remedy } = await runExtraction({ cwd, args, input, timeoutMs });
  const lines = linesOf(output);
  const { document, problems } = lines.at(-1) ?? {};
  if (document !== undefined) return document;
  const file = lines.findLast(({ reading }) => reading !== undefined)?.reading;
  throw new ContractError(problems ?? [{ ...(file !== undefined && { file }), path: '', reason, remedy }]);
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

/** The contract library's program, where the library says it is. Node.js runs no program by the name of a package. */
function extractionProgram(cwd: string, conditions: readonly string[]): string {
  const manifest = resolved(`${CONTRACT_LIBRARY}/package.json`, cwd);
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly exports?: { readonly './extract'?: Readonly<Record<string, string>> };
  };
  const program = [...conditions, 'default']
    .flatMap((condition) => exports?.['./extract']?.[condition] ?? [])
    .map((path) => join(dirname(manifest), path))
    .find((path) => existsSync(path));
  if (program !== undefined) return program;
  const remedy = `update ${CONTRACT_LIBRARY} to the version of pixl-ipc`;
  throw contractError('', `${dirname(manifest)} has no program that reads contracts`, remedy);
}

function resolved(name: string, cwd: string): string {
  try {
    return createRequire(join(cwd, 'package.json')).resolve(name);
  } catch (cause) {
    const [owner = name] = /^(?:@[^/]+\/)?[^/]+/.exec(name) ?? [];
    const reason = `${owner} is not installed where ${cwd} finds it`;
    throw new ContractError([{ path: '', reason, remedy: 'run "nx g pixl-ipc:init"' }], { cause });
  }
}
