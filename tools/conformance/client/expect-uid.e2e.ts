import { createClient, type IpcClient } from '@pixl-ipc/client';
import { spawnFixture, tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { chmodSync, lchownSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { work } from './fixtures/endpoints';
import { loadEndpointServer } from './processes';

const STRANGER = 65_534;

let directory: TempDirectory;
let clients: IpcClient[];

beforeEach(async () => {
  directory = await tempDirectory();
  clients = [];
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await directory.cleanup();
});

function clientOf(expectUid: number): IpcClient {
  const client = createClient({ socketPath: directory.file('s'), expectUid });
  clients.push(client);
  return client;
}

/** Somebody else, who listens at the path. */
function impostor(): Promise<FixtureProcess> {
  const args = [directory.file('s'), String(STRANGER)];
  return spawnFixture(join(__dirname, 'fixtures/impostor.fixture.ts'), { args, readyTimeoutMs: 60_000 });
}

async function refusalOf(client: IpcClient): Promise<unknown> {
  return client.call('/secret', { password: 'x' }).then(
    () => expect.fail('was answered'),
    (error: unknown) => error,
  );
}

describe.runIf(process.getuid?.() === 0)('a client that expects a user’s server', () => {
  test('talks to it, and to nobody else’s', async () => {
    await using server = await loadEndpointServer(directory);
    await server.ask('start');
    expect(await clientOf(0).call(work, { id: 'mine' })).toEqual({ id: 'mine' });
    expect(await refusalOf(clientOf(STRANGER))).toMatchObject({ code: 'permission_denied', sent: false });
  });

  test('does not knock at a socket that a stranger has put into a directory for everybody', async () => {
    chmodSync(directory.path, 0o1777);
    await using stranger = await impostor();
    expect(await refusalOf(clientOf(0))).toMatchObject({
      code: 'permission_denied',
      origin: 'local',
      sent: false,
      message: `socket ${directory.file('s')} belongs to uid ${STRANGER}, expectUid is 0`,
    });
    expect(await stranger.ask('seen')).toEqual({ connections: 0, bytes: 0 });
    // Who expects nobody in particular talks to anybody: that is what the option is for.
    const trusting = createClient({ socketPath: directory.file('s') });
    clients.push(trusting);
    await trusting.notify('/secret');
    await until(async () => (await stranger.ask<{ bytes: number }>('seen')).bytes > 0, { what: 'the message' });
  });

  test('asks the kernel, whatever the names say: it leaves a stranger without a word', async () => {
    chmodSync(directory.path, 0o1777);
    await using stranger = await impostor();
    lchownSync(directory.file('s'), 0, 0);
    expect(await refusalOf(clientOf(0))).toMatchObject({
      code: 'permission_denied',
      sent: false,
      message: `the server at ${directory.file('s')} is that of uid ${STRANGER} (pid ${stranger.pid}), expectUid is 0`,
    });
    expect(await stranger.ask('seen')).toEqual({ connections: 1, bytes: 0 });
  });

  test('says so at once where everybody may replace the socket', async () => {
    await using server = await loadEndpointServer(directory);
    await server.ask('start');
    chmodSync(directory.path, 0o777);
    expect(await refusalOf(clientOf(0))).toMatchObject({ code: 'permission_denied', sent: false });
  });
});
