import { chmodSync, linkSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory that others may enter, removed with the test that asked for it. */
export function temporaryDirectory({ mode = 0o755 } = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-'));
  chmodSync(directory, mode);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A plain server of Node's, not ours; its socket has the mode that the umask leaves. Closed with the test. */
export async function foreignServer(path: string, backlog = 511): Promise<Server> {
  const server = createServer((socket) => socket.end('foreign\n'));
  server.listen({ path, backlog, exclusive: true });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

/** A socket as a killed server leaves it: the file is there, nobody listens. */
export async function staleSocket(path: string): Promise<void> {
  const bound = `${path}~`;
  const server = createServer().listen({ path: bound, exclusive: true });
  await once(server, 'listening');
  linkSync(bound, path);
  server.close();
}
