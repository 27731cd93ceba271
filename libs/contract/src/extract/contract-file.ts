import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ContractError, type ContractProblem } from '../contract-error';
import type { AnyEndpoint } from '../endpoint/endpoint';
import { docCommentOfDefaultExport } from './doc-comment';

/** What a contract file declares. */
export interface ContractFile {
  readonly file: string;
  readonly endpoint: AnyEndpoint;
  /** The doc comment above the declaration. */
  readonly summary: string | undefined;
}

/**
 * Imports a contract file. Runs its code, so only in a process that is there for nothing else.
 *
 * @param file Relative to the working directory, or absolute.
 * @param importLoader Imported before the file, where it cannot be required.
 * @throws ContractError naming the file, if it cannot be imported or exports no endpoint by default
 */
export async function readContractFile(file: string, importLoader?: string): Promise<ContractFile> {
  const path = resolve(file);
  if (!existsSync(path)) throw fileError(file, 'is not there', `name it relative to ${process.cwd()}`);
  const endpoint = endpointIn(await imported(file, path, importLoader));
  if (endpoint === undefined) {
    throw fileError(
      file,
      'exports no endpoint by default',
      'write export default endpoint(uri, { request, response })',
    );
  }
  return { file, endpoint, summary: docCommentOfDefaultExport(readFileSync(path, 'utf8')) };
}

async function imported(file: string, path: string, importLoader?: string): Promise<unknown> {
  try {
    return await loaded(path, importLoader);
  } catch (error) {
    const problems = problemsOf(error);
    if (problems !== undefined) throw new ContractError(problems.map((problem) => ({ ...problem, file })));
    const reason = `cannot be imported: ${error instanceof Error ? error.message : String(error)}${frameOf(error)}`;
    throw fileError(file, reason, 'mend the file; it may import schemas and other contract files, and nothing else');
  }
}

/** Required, which a loader's hooks do in two thirds of the time, or imported where that fails: it may await at its top. */
async function loaded(path: string, importLoader?: string): Promise<unknown> {
  try {
    return createRequire(path)(path) as unknown;
  } catch {
    if (importLoader !== undefined) await import(importLoader);
    return import(pathToFileURL(path).href);
  }
}

/** The endpoint of a module. What was compiled to CommonJS has its default inside the default. */
function endpointIn(module: unknown, depth = 0): AnyEndpoint | undefined {
  if (typeof module !== 'object' || module === null) return undefined;
  if (isEndpoint(module)) return module;
  return depth < 2 && 'default' in module ? endpointIn(module.default, depth + 1) : undefined;
}

/** By its looks: the contract file may have found another copy of this package. */
function isEndpoint(value: object): value is AnyEndpoint {
  const { uri, request, response, errors } = value as Partial<AnyEndpoint>;
  return (
    typeof uri === 'string' &&
    [request, response, errors].every((part) => typeof part === 'object' || typeof part === 'function')
  );
}

/** The problems of a ContractError, of this or another copy of this package. */
function problemsOf(error: unknown): readonly ContractProblem[] | undefined {
  if (!(error instanceof Error) || error.name !== 'ContractError' || !('problems' in error)) return undefined;
  return error.problems as readonly ContractProblem[];
}

/** Where in the user's own files an error arose, if anywhere. */
function frameOf(error: unknown): string {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const own = frames.find((line) => line.includes(process.cwd()) && !line.includes('node_modules'));
  const place = own?.match(/([^/(\s]+:\d+:\d+)\)?$/)?.[1];
  return place === undefined ? '' : ` (${place})`;
}

function fileError(file: string, reason: string, remedy: string): ContractError {
  const problem: ContractProblem = { file, path: '', reason, remedy };
  return new ContractError([problem]);
}
