import type { Plan } from '../plan';
import { letCompile, withContestants, type Contestant, type Figures } from '../processes/contestant';
import type { CurveResult } from '../results';
import { median } from '../statistics';
import type { CatalogEntry, CatalogWishes } from '../systems/catalog';
import type { Cell } from '../workload/cell';

interface Curve {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly number[];
  readonly label: (at: number) => string;
  /** What is measured at a point, where it differs from one small call at a time. */
  readonly cell: (at: number) => Partial<Omit<Cell, 'scenario' | 'name'>>;
  /** How many endpoints the servers of a point have besides; undefined: all points have the same servers. */
  readonly extraEndpoints?: (at: number) => number;
  readonly value: (figures: Figures, at: number) => number;
}

const CPU = { unit: 'server CPU, µs per request', value: ({ serverCpu }: Figures) => serverCpu };

/** Along what cost must not grow, or grow in proportion only: the values are per request, or per kilobyte. */
const CURVES: readonly Curve[] = [
  { ...CPU, name: 'connections', points: [1, 10, 100, 1_000], label: String, cell: (at) => ({ connections: at }) },
  {
    ...CPU,
    name: 'endpoints',
    points: [1, 10, 100, 1_000],
    label: String,
    cell: () => ({ inFlight: 64 }),
    extraEndpoints: (at) => at - 1,
  },
  {
    name: 'size',
    unit: 'p50, µs per KB',
    points: [1, 10, 100, 1_000, 5_000, 15_000],
    label: (at) => (at < 1_000 ? `${at} KB` : `${at / 1_000} MB`),
    cell: (at) => ({ payload: `${at}K` }),
    value: ({ p50 }, at) => p50 / at,
  },
  { ...CPU, name: 'in flight', points: [1, 10, 100, 1_000, 10_000], label: String, cell: (at) => ({ inFlight: at }) },
];

/** Measures how cost grows, for each entry that takes part, the entries side by side. */
export async function measureCurves(
  entries: readonly CatalogEntry[],
  plan: Plan,
  wishes: CatalogWishes,
  onProgress: (text: string) => void,
): Promise<CurveResult[]> {
  const results: CurveResult[] = [];
  for (const curve of CURVES) {
    const taking = entries.filter(({ curves }) => curves?.includes(curve.name));
    const { extraEndpoints } = curve;
    const points = curve.points.filter(
      (_, index, { length }) => plan.curvePoints === 'all' || index === 0 || index === length - 1,
    );
    const parts = extraEndpoints
      ? points.map((at) => ({ at: [at], extra: extraEndpoints(at) }))
      : [{ at: points, extra: 0 }];
    const measured: Measured[] = [];
    for (const { at, extra } of parts) {
      measured.push(
        ...(await withContestants(taking, { ...wishes, extraEndpoints: extra }, (contestants) =>
          measurePoints(curve, at, contestants, plan, onProgress),
        )),
      );
    }
    for (const { name: system } of taking) {
      const values = (at: number): number[] =>
        measured.filter((one) => one.system === system && one.at === at).map(({ value }) => value);
      const curvePoints = points.map((at) => ({ at: curve.label(at), value: median(values(at)) }));
      results.push({ curve: curve.name, unit: curve.unit, system, points: curvePoints });
    }
  }
  return results;
}

interface Measured {
  readonly system: string;
  readonly at: number;
  readonly value: number;
}

async function measurePoints(
  { name, label, cell, value }: Curve,
  points: readonly number[],
  contestants: readonly Contestant[],
  plan: Plan,
  onProgress: (text: string) => void,
): Promise<Measured[]> {
  const cellAt = (at: number): Omit<Cell, 'scenario'> => ({
    payload: 'small',
    connections: 1,
    inFlight: 1,
    ...cell(at),
    name: `${name} ${label(at)}`,
  });
  const { curveRounds, forMs, warmUpMs } = plan;
  const measured: Measured[] = [];
  await letCompile(contestants, plan, onProgress);
  // At the first point only: the code is the same further along, and there the calls are longer.
  for (const contestant of contestants) await contestant.measure(cellAt(points[0] ?? 1), warmUpMs);
  for (let round = 1; round <= curveRounds; round++) {
    for (const at of points) {
      onProgress(`${name} ${label(at)}, round ${round} of ${curveRounds}`);
      for (const contestant of contestants) {
        const figures = await contestant.measure(cellAt(at), forMs);
        measured.push({ system: contestant.entry.name, at, value: value(figures, at) });
      }
    }
  }
  return measured;
}
