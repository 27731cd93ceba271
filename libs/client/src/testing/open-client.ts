import { onTestFinished } from 'vitest';
import { Client } from '../client';
import type { ClientNotice } from '../notice';
import type { ClientOptions } from '../options';

/** A client and what it has told, closed when the test ends. */
export interface ObservedClient {
  readonly client: Client;
  readonly notices: ClientNotice[];
  /** Resolves to the first notice of that kind, once there is one. */
  readonly noticed: <Kind extends ClientNotice['kind']>(kind: Kind) => Promise<Extract<ClientNotice, { kind: Kind }>>;
}

export function observedClient(options: ClientOptions): ObservedClient {
  const notices: ClientNotice[] = [];
  const listeners = new Set<() => void>();
  const client = new Client(options, (notice) => {
    notices.push(notice);
    for (const listener of listeners) listener();
  });
  onTestFinished(() => client.close());

  const noticed: ObservedClient['noticed'] = (kind) =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = notices.find((notice) => notice.kind === kind);
        if (!found) return;
        listeners.delete(look);
        resolve(found as Extract<ClientNotice, { kind: typeof kind }>);
      };
      listeners.add(look);
      look();
    });
  return { client, notices, noticed };
}

/** The same, connected. */
export async function openClient(options: ClientOptions): Promise<ObservedClient> {
  const observed = observedClient(options);
  await observed.client.connect();
  return observed;
}

/** The error that a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`resolved to ${JSON.stringify(value)} instead of failing`);
    },
    (error: unknown) => error,
  );
}
