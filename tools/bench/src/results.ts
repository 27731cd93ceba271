import type { Figures } from './processes/contestant';

/** Figures of one system in one cell: medians over the rounds, and how they compare with its floor's in the same round. */
export interface CellResult {
  readonly scenario: 'serial' | 'pipelined';
  readonly cell: string;
  readonly system: string;
  readonly figures: Figures;
  /** Medians of each round's ratio, which alone count: figures drift while a machine is busy with other things. */
  readonly ratios: Figures;
}

/** How cost grows along one dimension. */
export interface CurveResult {
  readonly curve: string;
  /** What the values are: `server CPU, µs per request`. */
  readonly unit: string;
  readonly system: string;
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

/** Memory of a server for a connection that says nothing. */
export interface IdleResult {
  readonly system: string;
  readonly bytes: number;
}

/** What a process pays before its first call. */
export interface StartUpResult {
  readonly what: 'require' | 'first call';
  /** Of a module, or of a system. */
  readonly name: string;
  readonly ms: number;
  /** Files loaded. */
  readonly modules: number;
}

/** All that a run has shown; what `--json` prints. */
export interface Results {
  readonly machine: { readonly node: string; readonly php: string | null; readonly cpus: number; readonly cpu: string };
  readonly finishedAt: string;
  readonly quick: boolean;
  readonly systems: readonly { readonly name: string; readonly title: string; readonly floor: string }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly cells: readonly CellResult[];
  readonly curves: readonly CurveResult[];
  readonly idle: readonly IdleResult[];
  readonly startUp: readonly StartUpResult[];
}
