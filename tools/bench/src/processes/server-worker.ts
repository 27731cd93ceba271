// A system's server in a process of its own: `server-worker.js <JSON of ServerTask>`.
import { nodeEntryNamed, type CatalogWishes } from '../systems/catalog';
import type { ServerWishes } from '../systems/system';
import { answerQuestions } from './worker';

/** What the process is told. */
export interface ServerTask extends CatalogWishes, ServerWishes {
  readonly system: string;
}

async function serve(task: ServerTask): Promise<void> {
  const system = await nodeEntryNamed(task.system).load(task);
  const server = await system.startServer(task);
  answerQuestions(
    {
      /** CPU time so far, in microseconds. */
      cpu: () => {
        const { user, system: kernel } = process.cpuUsage();
        return user + kernel;
      },
      /** Memory in RAM after a collection, in bytes. */
      memory: () => {
        globalThis.gc?.();
        globalThis.gc?.();
        return process.memoryUsage.rss();
      },
    },
    () => server.stop(),
  );
}

void serve(JSON.parse(process.argv[2] ?? '') as ServerTask);
