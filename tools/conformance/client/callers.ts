import { Client } from '@pixl-ipc/client';
import IPCClient from 'pixl-ipc/client';

/** How a call ended, as its caller sees it. */
export type Outcome =
  | { readonly ok: true; readonly data: unknown }
  /** `code` is the client's own, in its own spelling: `unavailable` and `ipc_socket_err` mean the same. */
  | { readonly ok: false; readonly code: string };

/** What the two clients have in common, callbacks bare: a second settling is seen, and not swallowed by a promise. */
export interface Caller {
  readonly name: string;
  /** How long each call waits for its reply. */
  readonly timeoutMs: number;
  readonly isOpen: boolean;
  readonly pending: number;
  connect(): Promise<void>;
  start(uri: string, data: unknown, settle: (outcome: Outcome) => void): void;
  close(): Promise<void>;
}

export interface CallerOptions {
  readonly path: string;
  readonly timeoutMs: number;
  /** How long to knock at a full backlog; default the client's own. */
  readonly connectTimeoutMs?: number;
  /** First ceiling of the wait before a reconnect; 0 never. */
  readonly reconnectMs?: number;
}

/** Both clients, over the same server. */
export function bothCallers(options: CallerOptions): readonly Caller[] {
  return [libraryCaller(options), facadeCaller(options)];
}

export function libraryCaller({ path, timeoutMs, connectTimeoutMs, reconnectMs = 0 }: CallerOptions): Caller {
  const client = new Client({
    socketPath: path,
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    requestTimeoutMs: timeoutMs,
    reconnectInitialMs: reconnectMs,
    reconnectMaxMs: 4 * reconnectMs,
  });
  return {
    name: 'library',
    timeoutMs,
    get isOpen() {
      return client.isOpen;
    },
    get pending() {
      return client.pendingCalls;
    },
    connect: () => client.connect(),
    start: (uri, data, settle) =>
      client.start(uri, data, {
        settle: (error, reply) => {
          const failure = error ?? reply?.error;
          settle(failure ? { ok: false, code: failure.code } : { ok: true, data: reply?.data });
        },
      }),
    close: () => client.close(),
  };
}

export function facadeCaller({ path, timeoutMs, connectTimeoutMs, reconnectMs = 0 }: CallerOptions): Caller {
  const client = new IPCClient(path, null, {
    ...(connectTimeoutMs === undefined ? {} : { connectTimeout: connectTimeoutMs }),
    requestTimeout: timeoutMs,
    autoReconnect: reconnectMs,
    codeToErr: true,
  });
  return {
    name: 'façade',
    timeoutMs,
    get isOpen() {
      return client.stream !== null;
    },
    get pending() {
      return client.requestCount;
    },
    connect: () => client.connect(),
    start: (uri, data, settle) =>
      client.send(uri, data, (err, answer) => {
        const code = typeof err === 'string' ? err : (err as { code?: string } | null)?.code;
        settle(code === undefined ? { ok: true, data: answer } : { ok: false, code });
      }),
    close: () => client.close(),
  };
}
