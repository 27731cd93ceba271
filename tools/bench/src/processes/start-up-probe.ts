// What it costs to begin, in a process of its own: `start-up-probe.js <JSON of ProbeTask>`. Prints JSON of ProbeResult.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeEntryNamed, type CatalogWishes } from '../systems/catalog';
import { payloadNamed } from '../workload/payload';

/** What the process is told. */
export type ProbeTask =
  | { readonly what: 'require'; readonly name: string }
  | ({ readonly what: 'first call'; readonly name: string } & CatalogWishes);

/** What it prints. */
export interface ProbeResult {
  /** To load the module; or from the start of the process to the first reply. */
  readonly ms: number;
  /** Files loaded, those of the bench not counted. */
  readonly modules: number;
}

const load = createRequire(__filename);
const OWN_FILES = join(__dirname, '..');

function modules(): number {
  return Object.keys(load.cache).filter((path) => !path.startsWith(OWN_FILES)).length;
}

function requireModule(name: string): ProbeResult {
  const start = performance.now();
  load(name);
  return { ms: performance.now() - start, modules: modules() };
}

async function firstCall(name: string, wishes: CatalogWishes): Promise<ProbeResult> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const socketPath = join(folder, 's');
  const system = await nodeEntryNamed(name).load(wishes);
  const server = await system.startServer({ socketPath, extraEndpoints: 0 });
  const connection = await system.connect(socketPath);
  await new Promise<void>((resolve, reject) => {
    connection.call(payloadNamed('small'), (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  const result = { ms: performance.now(), modules: modules() };
  await connection.close();
  await server.stop();
  rmSync(folder, { recursive: true });
  return result;
}

async function probe(task: ProbeTask): Promise<void> {
  const result = task.what === 'require' ? requireModule(task.name) : await firstCall(task.name, task);
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
}

void probe(JSON.parse(process.argv[2] ?? '') as ProbeTask);
