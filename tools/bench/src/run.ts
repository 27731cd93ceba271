import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import type { BenchArguments, Scenario } from './arguments';
import { FULL_PLAN, QUICK_PLAN } from './plan';
import { letCompile, withContestants, type Contestant } from './processes/contestant';
import type { CellResult, Results } from './results';
import { measureCurves } from './scenarios/curves';
import { measureIdleMemory } from './scenarios/idle-memory';
import { measureRounds } from './scenarios/rounds';
import { measureStartUp } from './scenarios/start-up';
import { CATALOG } from './systems/catalog';

/**
 * Measures what was asked for.
 *
 * @param onProgress Told what is measured now.
 * @throws Error naming system and cell where a system fails or answers with wrong data
 */
export async function runBench(wishes: BenchArguments, onProgress: (text: string) => void): Promise<Results> {
  const plan = wishes.quick ? QUICK_PLAN : FULL_PLAN;
  const chosen = CATALOG.filter(({ name }) => wishes.systems.includes(name));
  const skipped = chosen.flatMap(({ name, missing }) => {
    const reason = missing?.(wishes);
    return reason === undefined ? [] : [{ name, reason }];
  });
  const entries = chosen.filter(({ name }) => !skipped.some((skip) => skip.name === name));
  const nodeEntries = entries.filter((entry) => 'load' in entry);
  const wanted = (scenario: Scenario): boolean => wishes.scenarios.includes(scenario);

  const cells: CellResult[] = [];
  for (const { scenario, cells: ofGroup } of plan.groups.filter((group) => wanted(group.scenario))) {
    const taking = scenario === 'serial' ? entries : nodeEntries;
    cells.push(
      ...(await withContestants(taking, wishes, async (contestants) => {
        share(contestants, scenario === 'serial' ? 'one CPU' : 'all CPUs');
        await letCompile(contestants, plan, onProgress);
        return measureRounds(contestants, ofGroup, plan, onProgress);
      })),
    );
  }
  const curves = wanted('curves') ? await measureCurves(nodeEntries, plan, wishes, onProgress) : [];
  const idle = wanted('idle') ? await measureIdleMemory(nodeEntries, plan, wishes, onProgress) : [];
  const startUp = wanted('start-up') ? await measureStartUp(nodeEntries, plan, wishes, onProgress) : [];
  return {
    machine: {
      node: process.versions.node,
      php: phpVersion(),
      cpus: availableParallelism(),
      cpu: cpus()[0]?.model ?? 'unknown',
    },
    finishedAt: new Date().toISOString(),
    quick: wishes.quick,
    systems: entries.map(({ name, title, floor }) => ({ name, title, floor })),
    skipped,
    cells,
    curves,
    idle,
    startUp,
  };
}

function share(contestants: readonly Contestant[], cpus: 'one CPU' | 'all CPUs'): void {
  for (const contestant of contestants) contestant.share(cpus);
}

function phpVersion(): string | null {
  const { status, stdout } = spawnSync('php', ['-r', 'echo PHP_VERSION;'], { encoding: 'utf8' });
  return status === 0 ? stdout : null;
}
