// A system's client in a process of its own: `client-worker.js <JSON of ClientTask>`.
import { nodeEntryNamed, type CatalogWishes } from '../systems/catalog';
import type { Connection } from '../systems/system';
import { applyLoad, type LoadWishes } from '../workload/load';
import { answerQuestions } from './worker';

/** What the process is told. */
export interface ClientTask extends CatalogWishes {
  readonly system: string;
  readonly socketPath: string;
}

async function work(task: ClientTask): Promise<void> {
  const system = await nodeEntryNamed(task.system).load(task);
  const connections: Connection[] = [];
  const hold = async (count: number): Promise<void> => {
    while (connections.length < count) connections.push(await system.connect(task.socketPath));
    await Promise.all(connections.splice(count).map((connection) => connection.close()));
  };
  answerQuestions(
    {
      /** Opens or closes until there are so many. */
      connections: hold,
      load: (wishes: LoadWishes) => applyLoad(connections, wishes),
    },
    () => hold(0),
  );
}

void work(JSON.parse(process.argv[2] ?? '') as ClientTask);
