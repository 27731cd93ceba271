import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import type { BenchArguments, Scenario } from './arguments';
import { FULL_PLAN, QUICK_PLAN, type Plan } from './plan';
import { withContestants, type Contestant } from './processes/contestant';
import type { CellResult, Results } from './results';
import { measureCurves } from './scenarios/curves';
import { measureIdleMemory } from './scenarios/idle-memory';
import { measureRounds } from './scenarios/rounds';
import { measureStartUp } from './scenarios/start-up';
import { CATALOG } from './systems/catalog';
import { PIPELINED_CELLS, SERIAL_CELLS } from './workload/cell';

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

  const cells = await withContestants(entries, wishes, async (contestants) => {
    const results: CellResult[] = [];
    if (wanted('serial') || wanted('pipelined')) await letCompile(contestants, plan, onProgress);
    if (wanted('serial')) {
      share(contestants, 'one CPU');
      results.push(...(await measureRounds(contestants, SERIAL_CELLS, plan, onProgress)));
    }
    if (wanted('pipelined')) {
      share(contestants, 'all CPUs');
      const inNode = contestants.filter(({ entry }) => 'load' in entry);
      results.push(...(await measureRounds(inNode, PIPELINED_CELLS, plan, onProgress)));
    }
    return results;
  });
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

/** Small calls, many at a time where a client can make them so. */
async function letCompile(
  contestants: readonly Contestant[],
  { compileMs }: Plan,
  onProgress: (text: string) => void,
): Promise<void> {
  for (const contestant of contestants) {
    onProgress(`${contestant.entry.name}, compiling`);
    const inFlight = 'load' in contestant.entry ? 64 : 1;
    await contestant.measure({ name: 'warm-up', payload: 'small', connections: 1, inFlight }, compileMs);
  }
}

function share(contestants: readonly Contestant[], cpus: 'one CPU' | 'all CPUs'): void {
  for (const contestant of contestants) contestant.share(cpus);
}

function phpVersion(): string | null {
  const { status, stdout } = spawnSync('php', ['-r', 'echo PHP_VERSION;'], { encoding: 'utf8' });
  return status === 0 ? stdout : null;
}
