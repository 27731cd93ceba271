import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../plan';
import { nodeEntryNamed, ROOT, type CatalogEntry, type CatalogWishes } from '../systems/catalog';
import type { Cell } from '../workload/cell';
import type { LoadFigures } from '../workload/load';
import { payloadNamed, type Payload } from '../workload/payload';
import type { ClientTask } from './client-worker';
import type { ServerTask } from './server-worker';
import { WorkerProcess } from './worker-process';

/** What one measurement of a cell has shown. Times in microseconds. */
export interface Figures {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  /** CPU time of the server for one request. */
  readonly serverCpu: number;
}

const ALL_CPUS = `0-${availableParallelism() - 1}`;
/** The last one: the first has the interrupts. */
const ONE_CPU = String(availableParallelism() - 1);

/** A system at work: its server and its client, a process each, and the folder of their socket. */
export class Contestant {
  private constructor(
    readonly entry: CatalogEntry,
    readonly server: WorkerProcess,
    readonly client: WorkerProcess,
    private readonly folder: string,
  ) {}

  /** @throws Error if one of the two does not start */
  static async start(
    entry: CatalogEntry,
    { original, extraEndpoints = 0 }: CatalogWishes & { readonly extraEndpoints?: number },
  ): Promise<Contestant> {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const socketPath = join(folder, 's');
    const system = 'load' in entry ? entry.name : nodeEntryNamed(entry.server).name;
    const serverTask: ServerTask = { system, original, socketPath, extraEndpoints };
    const clientTask: ClientTask = { system, original, socketPath };
    let server: WorkerProcess | undefined;
    try {
      server = await WorkerProcess.start(`server of ${entry.name}`, nodeCommand('server-worker', serverTask));
      const command = 'load' in entry ? nodeCommand('client-worker', clientTask) : phpCommand(entry.client, socketPath);
      const client = await WorkerProcess.start(`client of ${entry.name}`, command);
      return new Contestant(entry, server, client, folder);
    } catch (error) {
      await server?.stop();
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** Both processes on one CPU, or on all: where they wake each other across CPUs, a serial call measures little else. */
  share(cpus: 'one CPU' | 'all CPUs'): void {
    for (const worker of [this.server, this.client]) worker.pin(cpus === 'one CPU' ? ONE_CPU : ALL_CPUS);
  }

  /** @throws Error if a call fails or is answered with other data */
  async measure(cell: Omit<Cell, 'scenario'>, forMs: number): Promise<Figures> {
    const { payload, connections, inFlight } = cell;
    try {
      await this.client.ask('connections', connections);
      const before = await this.server.ask<number>('cpu');
      const { calls, elapsedMs, p50, p99 } = await this.#load(payloadNamed(payload), inFlight, forMs);
      const after = await this.server.ask<number>('cpu');
      return { p50, p99, perSecond: (calls / elapsedMs) * 1_000, serverCpu: (after - before) / calls };
    } catch (error) {
      throw new Error(`${this.entry.name} failed at ${cell.name}`, { cause: error });
    }
  }

  /** Ends both processes, and takes the socket's folder away. */
  async stop(): Promise<void> {
    await this.client.stop();
    await this.server.stop();
    await rm(this.folder, { recursive: true });
  }

  #load(payload: Payload, inFlight: number, forMs: number): Promise<LoadFigures> {
    return this.client.ask<LoadFigures>('load', { payload, inFlight, forMs });
  }
}

/** Starts every entry, runs `use`, and ends them, whatever happens. @throws what starting or `use` throws */
export async function withContestants<Result>(
  entries: readonly CatalogEntry[],
  wishes: CatalogWishes & { readonly extraEndpoints?: number },
  use: (contestants: readonly Contestant[]) => Promise<Result>,
): Promise<Result> {
  const starts = await Promise.allSettled(entries.map((entry) => Contestant.start(entry, wishes)));
  const contestants = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  try {
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    return await use(contestants);
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.stop()));
  }
}

/** Small calls, many at a time where a client can make them so, until V8 has compiled what they run. */
export async function letCompile(
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

function nodeCommand(worker: string, task: object): [string, ...string[]] {
  return [process.execPath, '--expose-gc', join(__dirname, `${worker}.js`), JSON.stringify(task)];
}

function phpCommand(client: string, socketPath: string): [string, ...string[]] {
  return ['php', join(ROOT, 'tools/bench/php/driver.php'), client, socketPath];
}
