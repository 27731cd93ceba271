/**
 * What a process of the bench and its parent say to each other: a line of JSON each, over stdin and stdout. PHP speaks
 * it too (`tools/bench/php/driver.php`).
 */
export interface Question {
  readonly command: string;
  readonly argument: unknown;
}

/** The answer to the oldest question that has none; the first answers no question and says that the process is ready. */
export type Answer = { readonly value: unknown } | { readonly error: string };
