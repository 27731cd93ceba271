/** How long and how often things are measured. */
export interface Plan {
  /** Each round measures every system once in every cell. */
  readonly rounds: number;
  /** Milliseconds of one measurement. */
  readonly forMs: number;
  /** Of small calls to each system before anything else: V8 compiles for good what has run some ten thousand times. */
  readonly compileMs: number;
  /** Of each cell before the first round. */
  readonly warmUpMs: number;
  readonly curveRounds: number;
  readonly startUpRounds: number;
  readonly idleConnections: number;
}

/** About five minutes. */
export const FULL_PLAN: Plan = {
  rounds: 7,
  forMs: 120,
  compileMs: 1_000,
  warmUpMs: 250,
  curveRounds: 3,
  startUpRounds: 7,
  idleConnections: 1_000,
};

/** Under a minute: to see that all works, and roughly how fast. */
export const QUICK_PLAN: Plan = {
  rounds: 2,
  forMs: 15,
  compileMs: 200,
  warmUpMs: 60,
  curveRounds: 1,
  startUpRounds: 1,
  idleConnections: 200,
};
