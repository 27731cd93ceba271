import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished } from 'vitest';
import { IPCClient } from './ipc-client';
import type { IPCClientOptions, IPCLogger } from './ipc-client-options';

export interface Request {
  readonly ipcReqID: string;
  readonly uri: string;
  readonly data: unknown;
}

/** Echoes; `/hang` is not answered, `/end`, `/destroy` end the connection, `/raw` writes its data as it is. */
function answer({ ipcReqID, uri, data }: Request, socket: Socket): void {
  if (uri === '/echo') socket.write(`${JSON.stringify({ ipcReqID, data })}\n`);
  if (uri === '/raw') socket.write(String(data));
  if (uri === '/end') socket.end();
  if (uri === '/destroy') socket.destroy();
  const message = `No handler found for ${uri}`;
  if (uri === '/nope') socket.write(`${JSON.stringify({ ipcReqID, data: { code: 'no_handler_found', message } })}\n`);
}

export interface TestServer {
  readonly path: string;
  readonly requests: Request[];
  readonly sockets: Socket[];
}

export async function serve(): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-'));
  const served: TestServer = { path: join(directory, 's'), requests: [], sockets: [] };
  const server = createServer((socket) => {
    served.sockets.push(socket);
    socket.on('error', () => undefined);
    createInterface(socket).on('line', (line) => {
      const request = JSON.parse(line) as Request;
      served.requests.push(request);
      answer(request, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(served.path, resolve));
  onTestFinished(async () => {
    for (const socket of served.sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  });
  return served;
}

export class Log implements IPCLogger {
  readonly errors: [code: string, message: string][] = [];
  readonly lines: string[] = [];

  error(code: string, message: string): void {
    this.errors.push([code, message]);
  }

  debug(level: number, message: string, data?: unknown): void {
    this.lines.push(`[${level}] ${message} ${JSON.stringify(data)}`);
  }

  get codes(): string[] {
    return this.errors.map(([code]) => code);
  }
}

type ClientClass<Instance extends IPCClient> = new (
  path: string,
  log: IPCLogger,
  options: IPCClientOptions,
) => Instance;

/** A connected client of a new server. */
export async function open(options: IPCClientOptions = {}) {
  return openAs(IPCClient, options);
}

export async function openAs<Instance extends IPCClient>(Class: ClientClass<Instance>, options: IPCClientOptions = {}) {
  const server = await serve();
  const log = new Log();
  const client = new Class(server.path, log, { autoReconnect: 0, ...options });
  onTestFinished(() => client.close());
  await client.connect();
  return { ...server, log, client };
}

/** What `send` calls back. */
export async function calledBack(client: IPCClient, uri: string, data?: unknown): Promise<unknown[]> {
  return new Promise((resolve) => client.send(uri, data, (...args) => resolve(args)));
}

export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('should have been rejected'),
    (error: unknown) => error,
  );
}

/** Waits until `happened` is true, turn by turn of the event loop. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setImmediate(resolve));
}
