import type { Payload } from '../workload/payload';

/** What a server is started with. */
export interface ServerWishes {
  readonly socketPath: string;
  /** How many endpoints stand beside those that are measured, registered before them. */
  readonly extraEndpoints: number;
}

/** A server that serves. */
export interface RunningServer {
  /** Ends it; the process may end after it. */
  stop(): Promise<void>;
}

/** Told how a call ended: the reply's data, or why there is none. */
export type Settle = (error: Error | undefined, reply?: unknown) => void;

/** One connection of a client to the server of the same system. */
export interface Connection {
  /** Sends `payload` to the endpoint of its kind, whose handler replies the same. Many may be in flight. */
  call(payload: Payload, settle: Settle): void;
  close(): Promise<void>;
}

/**
 * One way to let two processes talk, as its users would: public API, JSON data, a handler of the user's that replies what
 * it was sent. Each end runs in a process of its own.
 */
export interface System {
  startServer(wishes: ServerWishes): Promise<RunningServer>;
  /** Resolves when calls can be made. Each call opens a connection of its own. */
  connect(socketPath: string): Promise<Connection>;
}
