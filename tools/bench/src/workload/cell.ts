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

/** One call after the other: how long one takes. Both processes share one CPU. */
export const SERIAL_CELLS: readonly Cell[] = [
  'small',
  '1K',
  '5K',
  '10K',
  '20K',
  '100K',
  '1M',
  'text 10K',
  'records',
].map((payload) => ({ scenario: 'serial', name: payload, payload, connections: 1, inFlight: 1 }));

/** Many calls at a time: how many pass in a second. Each process has the CPUs that it finds. */
export const PIPELINED_CELLS: readonly Cell[] = [
  { scenario: 'pipelined', name: 'small × 64', payload: 'small', connections: 1, inFlight: 64 },
  { scenario: 'pipelined', name: 'small × 256', payload: 'small', connections: 1, inFlight: 256 },
  { scenario: 'pipelined', name: '1K × 64', payload: '1K', connections: 1, inFlight: 64 },
  { scenario: 'pipelined', name: '50 connections × 1', payload: 'small', connections: 50, inFlight: 1 },
];
