/**
 * Reads contract files and writes their contract document: a program, to be run in a process of its own, because
 * importing a contract file runs it. {@link extractContract} does so from JavaScript; a tool that cannot import this
 * package, as an Nx plugin cannot, starts `node <this file>` itself:
 *
 * - working directory: what files are relative to, and where their packages are found
 * - standard input: `{"service": {"name", "version"}, "files": [path, …], "importLoader"?: url}`
 * - file descriptor 3: a JSON object a line, `{"reading": path}` before each file, and as the last one
 *   `{"document": …}` or `{"problems": [{file?, path, reason, remedy}, …]}`
 * - standard output and error: whatever the contract files print
 *
 * TypeScript needs a loader, e.g. `node --import tsx <this file>`. Where it only lets files be required, as
 * `--require tsx/cjs` does, which loads sooner, `importLoader` is imported before a file that has to be imported.
 *
 * Whoever starts it bounds its time and its output, and takes the last file that it was reading for the culprit where no
 * result comes: a contract file may do anything.
 *
 * @see docs/guides/contracts.md#extraction
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ContractError, type ContractProblem } from '../contract-error';
import type { ContractDocument, Service } from '../document/contract-document';
import { contractDocument } from '../document/document-builder';
import { readContractFile, type ContractFile } from './contract-file';

/** What the program reads. */
export interface ExtractionInput {
  readonly service: Service;
  readonly files: readonly string[];
  /** URL of a module that lets Node.js import them, where requiring one fails. Default: it can already. */
  readonly importLoader?: string;
}

/** What the program writes, a line: one of these. */
export interface ExtractionLine {
  readonly reading?: string;
  readonly document?: ContractDocument;
  readonly problems?: readonly ContractProblem[];
}

async function extract({ service, files, importLoader }: ExtractionInput): Promise<ExtractionLine> {
  const contracts: ContractFile[] = [];
  const problems: ContractProblem[] = [];
  // One after the other, so that the same files always run in the same order.
  for (const file of files) {
    write({ reading: file });
    try {
      contracts.push(await readContractFile(file, importLoader));
    } catch (error) {
      problems.push(...problemsOf(error));
    }
    // A turn in which the loader writes what it compiled to its cache: the next extraction takes half the time.
    await nextTurn();
  }
  if (problems.length > 0) return { problems };
  try {
    return { document: documentOf(service, contracts) };
  } catch (error) {
    return { problems: problemsOf(error).map((problem) => ({ ...fileOf(problem, contracts), ...problem })) };
  }
}

function documentOf(service: Service, contracts: readonly ContractFile[]): ContractDocument {
  const summaries = new Map(contracts.map(({ endpoint, summary = '' }) => [endpoint.uri, summary]));
  return contractDocument({ service, endpoints: contracts.map(({ endpoint }) => endpoint), summaries });
}

/** The files whose endpoint a problem is about. */
function fileOf({ path }: ContractProblem, contracts: readonly ContractFile[]): { readonly file?: string } {
  const [uri] = path.split('#');
  const files = contracts.filter(({ endpoint }) => endpoint.uri === uri).map(({ file }) => file);
  return files.length === 0 ? {} : { file: files.join(', ') };
}

function problemsOf(error: unknown): readonly ContractProblem[] {
  if (error instanceof ContractError) return error.problems;
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [{ path: '', reason, remedy: 'this is a fault of pixl-ipc: please report it' }];
}

function write(line: ExtractionLine): void {
  writeFileSync(3, `${JSON.stringify(line)}\n`);
}

async function main(): Promise<void> {
  write(await extract(JSON.parse(readFileSync(0, 'utf8')) as ExtractionInput));
  // A contract file may have left a timer or a socket behind.
  process.exit();
}

if (require.main === module) void main();
