import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Plan } from '../plan';
import type { ProbeResult, ProbeTask } from '../processes/start-up-probe';
import type { StartUpResult } from '../results';
import { median } from '../statistics';
import type { CatalogEntry, CatalogWishes } from '../systems/catalog';

/** What users of this project load. */
const MODULES = ['pixl-ipc', 'pixl-ipc/client', '@pixl-ipc/server', '@pixl-ipc/client'];

const run = promisify(execFile);

/**
 * Measures, in fresh processes, how long a module takes to load, and how long it is from the start of a process that is
 * server and client to the reply of its first call.
 */
export async function measureStartUp(
  entries: readonly CatalogEntry[],
  { startUpRounds }: Plan,
  { original }: CatalogWishes,
  onProgress: (text: string) => void,
): Promise<StartUpResult[]> {
  const tasks: ProbeTask[] = [
    ...MODULES.map((name) => ({ what: 'require', name }) as const),
    ...entries.filter((entry) => 'load' in entry).map(({ name }) => ({ what: 'first call', name, original }) as const),
  ];
  const measured = tasks.map((task) => ({ task, results: [] as ProbeResult[] }));
  for (let round = 1; round <= startUpRounds; round++) {
    onProgress(`start-up, round ${round} of ${startUpRounds}`);
    for (const { task, results } of measured) {
      const probe = join(__dirname, '../processes/start-up-probe.js');
      const { stdout } = await run(process.execPath, [probe, JSON.stringify(task)]);
      results.push(JSON.parse(stdout) as ProbeResult);
    }
  }
  return measured.map(({ task: { what, name }, results }) => ({
    what,
    name,
    ms: median(results.map(({ ms }) => ms)),
    modules: median(results.map(({ modules }) => modules)),
  }));
}
