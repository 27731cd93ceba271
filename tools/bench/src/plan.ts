import { CELL_GROUPS, MERGED_CELL_GROUPS, type CellGroup } from './workload/cell';

/** How long and how often things are measured. */
export interface Plan {
  readonly groups: readonly CellGroup[];
  /** Each round measures every system once in every cell. */
  readonly rounds: number;
  /** Milliseconds of one measurement. */
  readonly forMs: number;
  /** Of small calls to each system in new processes: V8 compiles for good what has run some ten thousand times. */
  readonly compileMs: number;
  /** Of each cell before the first round. */
  readonly warmUpMs: number;
  readonly curveRounds: number;
  /** Whether curves are measured at all their points, or at the first and the last. */
  readonly curvePoints: 'all' | 'ends';
  readonly startUpRounds: number;
  readonly idleConnections: number;
}

/** About five minutes. */
export const FULL_PLAN: Plan = {
  groups: CELL_GROUPS,
  rounds: 7,
  forMs: 120,
  compileMs: 600,
  warmUpMs: 250,
  curveRounds: 3,
  curvePoints: 'all',
  startUpRounds: 7,
  idleConnections: 1_000,
};

/** Under a minute: to see that all works, and roughly how fast. */
export const QUICK_PLAN: Plan = {
  groups: MERGED_CELL_GROUPS,
  rounds: 1,
  forMs: 15,
  compileMs: 150,
  warmUpMs: 25,
  curveRounds: 1,
  curvePoints: 'ends',
  startUpRounds: 1,
  idleConnections: 200,
};
