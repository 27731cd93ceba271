/** One difference between two versions of a contract that somebody may notice. */
export interface Finding {
  /** `breaking`: a client of the older version fails. `notice`: it goes on, and may miss something. */
  readonly level: 'breaking' | 'notice';
  /** The endpoint's URI, and behind a `#` the JSON pointer inside it; named types are followed. */
  readonly path: string;
  /** What was, and what is now. */
  readonly message: string;
  readonly remedy: string;
}
