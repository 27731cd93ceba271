/** One thing that is measured of every system: a payload, and how many calls of it are on their way. */
export interface Cell {
  readonly scenario: 'serial' | 'pipelined';
  /** What tables call it, within its scenario. */
  readonly name: string;
  /** As {@link payloadNamed} knows it. */
  readonly payload: string;
  readonly connections: number;
  /** On each connection. */
  readonly inFlight: number;
}

/** Cells that are measured with the same processes. */
export interface CellGroup {
  readonly scenario: Cell['scenario'];
  readonly cells: readonly Cell[];
}

/** One call after the other: how long one takes. Both processes share one CPU. */
const serial = (...payloads: readonly string[]): CellGroup => ({
  scenario: 'serial',
  cells: payloads.map((payload) => ({ scenario: 'serial', name: payload, payload, connections: 1, inFlight: 1 })),
});

/** Many calls at a time: how many pass in a second. Each process has the CPUs that it finds. */
const PIPELINED: CellGroup = {
  scenario: 'pipelined',
  cells: [
    { scenario: 'pipelined', name: 'small × 64', payload: 'small', connections: 1, inFlight: 64 },
    { scenario: 'pipelined', name: 'small × 256', payload: 'small', connections: 1, inFlight: 256 },
    { scenario: 'pipelined', name: '1K × 64', payload: '1K', connections: 1, inFlight: 64 },
    { scenario: 'pipelined', name: '50 connections × 1', payload: 'small', connections: 50, inFlight: 1 },
  ],
};

/**
 * All cells, in the order of the tables. Large messages have processes of their own: their memory is the kernel's, and a
 * process that has given some back treats whatever it is given next in another way, the naive floor above all.
 */
export const CELL_GROUPS: readonly CellGroup[] = [
  serial('small', '1K', '5K', '10K', '20K'),
  serial('100K'),
  serial('1M'),
  serial('text 10K', 'records'),
  PIPELINED,
];

/** The same with one group a scenario: fewer processes to start, and large messages as a process of all sizes has them. */
export const MERGED_CELL_GROUPS: readonly CellGroup[] = (['serial', 'pipelined'] as const).map((scenario) => ({
  scenario,
  cells: CELL_GROUPS.filter((group) => group.scenario === scenario).flatMap(({ cells }) => cells),
}));
