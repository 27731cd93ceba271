import { spawnFixture, type FixtureOptions, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

const FIXTURES = join(__dirname, 'fixtures');

/** Options of the original's client, as JSON can say them. */
export type ClientOptions = Readonly<Record<string, number | string | boolean>>;

export interface ServerOptions extends Pick<FixtureOptions, 'ulimit'> {
  /** The socket's name in the directory. Default `s`. */
  readonly name?: string;
  /** Config of the component. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** The file that all servers of a directory write into what they execute. */
export function ledgerFile(directory: TempDirectory): string {
  const file = directory.file('ledger');
  closeSync(openSync(file, 'a'));
  return file;
}

/** A process of pixl-server with the component, loaded and not listening: `ask('start')`. */
export function loadServer(
  directory: TempDirectory,
  { name = 's', config = {}, ...options }: ServerOptions = {},
): Promise<FixtureProcess> {
  const args = [directory.file(name), ledgerFile(directory), directory.path, JSON.stringify(config)];
  return spawnFixture(join(FIXTURES, 'component-server.fixture.ts'), { ...options, args });
}

/** The same, listening. */
export async function startServer(directory: TempDirectory, options?: ServerOptions): Promise<FixtureProcess> {
  const server = await loadServer(directory, options);
  await server.ask('start');
  return server;
}

/** A process that answers badly, listening. */
export function startRogue(directory: TempDirectory, { name = 'r' } = {}): Promise<FixtureProcess> {
  return spawnFixture(join(FIXTURES, 'rogue-server.fixture.ts'), {
    args: [directory.file(name), ledgerFile(directory)],
  });
}

/** A process with `count` clients of the original's API; the server need not be there. */
export function startClients(
  directory: TempDirectory,
  count: number,
  { options = {}, name = 's' }: { readonly options?: ClientOptions; readonly name?: string } = {},
): Promise<FixtureProcess> {
  const args = [directory.file(name), String(count), JSON.stringify(options)];
  return spawnFixture(join(FIXTURES, 'clients.fixture.ts'), { args });
}

/** A process with `calls` calls in flight that are never answered, and a stream, at the endpoint server. */
export function startEndpointCaller(
  directory: TempDirectory,
  { prefix, calls, name = 's' }: { readonly prefix: string; readonly calls: number; readonly name?: string },
): Promise<FixtureProcess> {
  const args = [directory.file(name), prefix, String(calls)];
  return spawnFixture(join(FIXTURES, 'endpoint-caller.fixture.ts'), { args });
}

/** A user's program, running; it ends by itself. @param what One of the program's own names. */
export function startProgram(directory: TempDirectory, what: string, { name = 's' } = {}): Promise<FixtureProcess> {
  return spawnFixture(join(FIXTURES, 'program.fixture.ts'), { args: [directory.file(name), what] });
}

/** A process with a server of typed endpoints, loaded and not listening: `ask('start')`. */
export function loadEndpointServer(
  directory: TempDirectory,
  { name = 's', uid }: { name?: string; uid?: number } = {},
) {
  return spawnFixture(join(FIXTURES, 'endpoint-server.fixture.ts'), {
    args: [directory.file(name), ledgerFile(directory)],
    // Schemas are loaded as well.
    readyTimeoutMs: 60_000,
    ...(uid === undefined ? {} : { uid }),
  });
}
