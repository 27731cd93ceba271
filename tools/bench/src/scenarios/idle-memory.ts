import type { Plan } from '../plan';
import { withContestants } from '../processes/contestant';
import type { IdleResult } from '../results';
import type { CatalogEntry, CatalogWishes } from '../systems/catalog';
import { payloadNamed } from '../workload/payload';

/** What is loaded, compiled and allocated once is there after these. */
const FIRST_CONNECTIONS = 20;

/** Measures what a server keeps in memory for a connection that has made one call and says nothing more. */
export async function measureIdleMemory(
  entries: readonly CatalogEntry[],
  { idleConnections }: Plan,
  wishes: CatalogWishes,
  onProgress: (text: string) => void,
): Promise<IdleResult[]> {
  const results: IdleResult[] = [];
  for (const entry of entries) {
    onProgress(`memory of idle connections, ${entry.name}`);
    const bytes = await withContestants([entry], wishes, async ([contestant]) => {
      if (!contestant) return NaN;
      const { client, server } = contestant;
      const memoryAt = async (connections: number): Promise<number> => {
        await client.ask('connections', connections);
        await client.ask('load', { payload: payloadNamed('small'), inFlight: 1, forMs: 0 });
        return server.ask<number>('memory');
      };
      const before = await memoryAt(FIRST_CONNECTIONS);
      return ((await memoryAt(FIRST_CONNECTIONS + idleConnections)) - before) / idleConnections;
    });
    results.push({ system: entry.name, bytes });
  }
  return results;
}
