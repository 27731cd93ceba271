/** Something that only a person can decide. */
export interface LeftToDo {
  /** The file, seen from the workspace. */
  readonly path: string;
  /** Counted from 1; undefined where it is about the file as a whole. */
  readonly line?: number;
  readonly what: string;
}

/** The same within a text, at an index of it. */
export interface Remnant {
  readonly index: number;
  readonly what: string;
}

/** What became of a file. */
export interface Migration {
  readonly text: string;
  readonly left: readonly LeftToDo[];
}

/** The line that an index of a text is in, counted from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
