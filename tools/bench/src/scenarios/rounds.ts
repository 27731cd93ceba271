import type { Plan } from '../plan';
import type { Contestant, Figures } from '../processes/contestant';
import type { CellResult } from '../results';
import { median } from '../statistics';
import type { Cell } from '../workload/cell';

const METRICS = ['p50', 'p99', 'perSecond', 'serverCpu'] as const satisfies readonly (keyof Figures)[];

/**
 * Measures every contestant in every cell, round after round, so that whatever else the machine does meets all of them.
 * Within a round the contestants of a cell follow each other at once, each round in another order.
 *
 * @throws Error at the first call that fails or is answered with other data
 */
export async function measureRounds(
  contestants: readonly Contestant[],
  cells: readonly Cell[],
  { rounds, forMs, warmUpMs }: Plan,
  onProgress: (text: string) => void,
): Promise<CellResult[]> {
  const measured = cells.map((cell) => ({ cell, rounds: [] as Map<string, Figures>[] }));
  for (let round = 0; round <= rounds; round++) {
    for (const { cell, rounds: done } of measured) {
      const warmUp = round === 0;
      onProgress(`${cell.scenario} ${cell.name}, ${warmUp ? 'warming up' : `round ${round} of ${rounds}`}`);
      const figures = new Map<string, Figures>();
      for (const contestant of rotated(contestants, round)) {
        figures.set(contestant.entry.name, await contestant.measure(cell, warmUp ? warmUpMs : forMs));
      }
      if (!warmUp) done.push(figures);
    }
  }
  return measured.flatMap(({ cell, rounds: done }) => contestants.map(({ entry }) => summary(cell, entry, done)));
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

function summary(
  { scenario, name: cell }: Cell,
  { name: system, floor }: { readonly name: string; readonly floor: string },
  rounds: readonly ReadonlyMap<string, Figures>[],
): CellResult {
  const medians = (valueOf: (round: ReadonlyMap<string, Figures>, metric: keyof Figures) => number): Figures =>
    Object.fromEntries(
      METRICS.map((metric) => [metric, median(rounds.map((round) => valueOf(round, metric)))]),
    ) as Record<keyof Figures, number>;
  const valueOf = (round: ReadonlyMap<string, Figures>, name: string, metric: keyof Figures): number =>
    round.get(name)?.[metric] ?? NaN;
  return {
    scenario,
    cell,
    system,
    figures: medians((round, metric) => valueOf(round, system, metric)),
    ratios: medians((round, metric) => valueOf(round, system, metric) / valueOf(round, floor, metric)),
  };
}
