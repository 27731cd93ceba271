import type { Figures } from '../processes/contestant';
import type { Results } from '../results';

/** What the project has set itself, and how a run stands to it. */
export interface Target {
  readonly what: string;
  readonly system: string;
  readonly value: number;
  readonly unit: string;
  /** Whether the value must not be above, or not below. */
  readonly bound: 'at most' | 'at least';
  readonly least: number;
  readonly aim: number;
}

interface Wanted extends Pick<Target, 'what' | 'bound' | 'least' | 'aim'> {
  readonly unit?: string;
  readonly value: (results: Results, system: string) => number;
}

const serial = (cell: string, { least, aim, to }: { least: number; aim: number; to?: string }): Wanted => ({
  what: `serial ${cell}, p50 ÷ ${to ?? 'naive floor'}`,
  bound: 'at most',
  least,
  aim,
  value: (results, system) => ratio(results, { cell, metric: 'p50', scenario: 'serial', system, to }),
});

const pipelined = (
  cell: string,
  metric: 'perSecond' | 'serverCpu',
  { least, aim, to }: { least: number; aim: number; to?: string },
): Wanted => ({
  what: `pipelined ${cell}, ${metric === 'perSecond' ? 'requests/s' : 'server CPU'} ÷ ${to ?? 'naive floor'}`,
  bound: metric === 'perSecond' ? 'at least' : 'at most',
  least,
  aim,
  value: (results, system) => ratio(results, { cell, metric, scenario: 'pipelined', system, to }),
});

const NODE_TARGETS: readonly Wanted[] = [
  ...['small', '1K'].map((cell) => serial(cell, { least: 1.05, aim: 0.8 })),
  ...['10K', '20K', '100K'].map((cell) => serial(cell, { least: 0.75, aim: 0.6 })),
  serial('1M', { least: 0.4, aim: 0.25 }),
  serial('1M', { least: 0.55, aim: 0.55, to: 'zeromq' }),
  pipelined('small × 256', 'perSecond', { least: 1.3, aim: 1.6 }),
  pipelined('small × 256', 'serverCpu', { least: 0.85, aim: 0.65 }),
  pipelined('small × 64', 'serverCpu', { least: 0.85, aim: 0.65 }),
  pipelined('small × 64', 'perSecond', { least: 20, aim: 40, to: 'grpc-js' }),
  {
    what: 'memory of an idle connection − raw net',
    bound: 'at most',
    unit: 'KB',
    least: 10,
    aim: 3,
    value: ({ idle }, system) => (idleBytes(idle, system) - idleBytes(idle, 'raw-net')) / 1_024,
  },
];

const PHP_TARGETS: readonly Wanted[] = [
  serial('1K', { least: 0.85, aim: 0.7 }),
  serial('100K', { least: 0.85, aim: 0.65 }),
  serial('1M', { least: 0.6, aim: 0.45 }),
];

const HELD: readonly (readonly [system: string, wanted: readonly Wanted[]])[] = [
  ['pixl-ipc', NODE_TARGETS],
  ['pixl-ipc-original-api', NODE_TARGETS],
  ['php-pixl-ipc', PHP_TARGETS],
];

/** Every target that the run has measured. */
export function targetsOf(results: Results): Target[] {
  return HELD.flatMap(([system, wanted]) =>
    wanted.flatMap(({ value: valueOf, unit = '×', ...target }) => {
      const value = valueOf(results, system);
      return Number.isNaN(value) ? [] : [{ ...target, unit, system, value }];
    }),
  );
}

/** How a target stands: `aim`, `least`, or `missed`. */
export function standing({ value, bound, least, aim }: Target): 'aim' | 'least' | 'missed' {
  const meets = (limit: number): boolean => (bound === 'at most' ? value <= limit : value >= limit);
  return meets(aim) ? 'aim' : meets(least) ? 'least' : 'missed';
}

function ratio(
  { cells }: Results,
  {
    scenario,
    cell,
    metric,
    system,
    to,
  }: { scenario: string; cell: string; metric: keyof Figures; system: string; to: string | undefined },
): number {
  const of = (name: string): number =>
    cells.find((result) => result.scenario === scenario && result.cell === cell && result.system === name)?.ratios[
      metric
    ] ?? NaN;
  return to === undefined ? of(system) : of(system) / of(to);
}

function idleBytes(idle: Results['idle'], system: string): number {
  return idle.find((result) => result.system === system)?.bytes ?? NaN;
}
