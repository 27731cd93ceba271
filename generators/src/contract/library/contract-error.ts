// A copy of libs/contract/src/contract-error.ts: what Nx loads may import no library of this workspace. A test holds both equal.
/** One thing that is wrong with a contract, and what to do about it. */
export interface ContractProblem {
  /** The contract file, where one was read. */
  readonly file?: string;
  /**
   * What it is about: an endpoint's URI, and behind a `#` the JSON pointer inside the endpoint, e.g.
   * `/orders/buy#/request/properties/lines/items`. Named types are followed, so the pointer says where the type is used.
   * Empty where the problem is the file's or the document's as a whole.
   */
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * A contract that cannot be what it should be: declared, documented, read back. Carries every problem that was found, at
 * least one; the message has a line for each.
 */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly problems: readonly ContractProblem[];

  constructor(problems: readonly ContractProblem[], options?: ErrorOptions) {
    super(problems.map(lineOf).join('\n'), options);
    this.problems = problems;
  }
}

/** The error of one problem. */
export function contractError(path: string, reason: string, remedy: string): ContractError {
  return new ContractError([{ path, reason, remedy }]);
}

/** Runs each of `parts` and throws one error with the problems of all that fail. */
export function together<Result>(parts: Iterable<() => Result>): Result[] {
  const results: Result[] = [];
  const problems: ContractProblem[] = [];
  for (const part of parts) {
    try {
      results.push(part());
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ContractError(problems);
  return results;
}

function lineOf({ file, path, reason, remedy }: ContractProblem): string {
  const place = [file, path === '' ? undefined : JSON.stringify(path)].filter((part) => part !== undefined).join(' ');
  return `${place === '' ? 'the contract' : place}: ${reason}; ${remedy}`;
}
