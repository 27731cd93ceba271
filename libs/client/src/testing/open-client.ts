import type { IpcError } from '@pixl-ipc/protocol';
import { onTestFinished } from 'vitest';
import type { ClientState } from '../client-state';
import { createClient, type IpcClient } from '../ipc-client';
import type { IpcClientOptions } from '../ipc-client-options';
import type { ClientNotice } from '../notice';

/** A client and what it has told, closed when the test ends. */
export interface ObservedClient {
  readonly client: IpcClient;
  readonly notices: ClientNotice[];
  readonly states: ClientState[];
  /** Kinds of the notices so far. */
  readonly kinds: () => ClientNotice['kind'][];
  /** Resolves to the first notice of that kind, once there is one. */
  readonly noticed: <Kind extends ClientNotice['kind']>(kind: Kind) => Promise<Extract<ClientNotice, { kind: Kind }>>;
}

const KINDS = [
  'opened',
  'lost',
  'connect_failed',
  'retry',
  'goaway',
  'push',
  'late',
  'unmatched',
  'unreadable',
] as const satisfies readonly ClientNotice['kind'][];

export function observedClient(options: IpcClientOptions): ObservedClient {
  const notices: ClientNotice[] = [];
  const states: ClientState[] = [];
  const listeners = new Set<() => void>();
  const client = createClient(options);
  for (const kind of KINDS) {
    client.on(kind, (notice: ClientNotice) => {
      notices.push(notice);
      for (const listener of listeners) listener();
    });
  }
  client.on('state', (state) => states.push(state));
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
  return { client, notices, states, kinds: () => notices.map(({ kind }) => kind), noticed };
}

/** The same, connected. */
export async function openClient(options: IpcClientOptions): Promise<ObservedClient> {
  const observed = observedClient(options);
  await observed.client.connect();
  return observed;
}

/** The error that a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<IpcError> {
  return promise.then(
    (value) => {
      throw new Error(`resolved to ${JSON.stringify(value)} instead of failing`);
    },
    (error: unknown) => error as IpcError,
  );
}

/** Lets what is under way in this process happen: sockets are read, promises run. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
