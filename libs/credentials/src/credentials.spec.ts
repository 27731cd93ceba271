import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCredentialSource, credentialsAvailable, peerCredentials } from './credentials';

function descriptorOf(socket: Socket): number {
  return (socket as unknown as { _handle: { fd: number } | null })._handle?.fd ?? -1;
}

/** An accepted connection from this very process. */
async function ownConnection(): Promise<Socket> {
  const directory = mkdtempSync(join(tmpdir(), 'ipc-'));
  const path = join(directory, 'a.sock');
  const server = createServer().listen(path);
  const client = connect({ path });
  const [accepted] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => {
    client.destroy();
    accepted.destroy();
    server.close();
    rmSync(directory, { recursive: true });
  });
  return accepted;
}

describe.runIf(process.platform === 'linux')('peerCredentials', () => {
  it('tells who connected, as the kernel knows it', async () => {
    const accepted = await ownConnection();
    expect(credentialsAvailable()).toBe(true);
    expect(peerCredentials(descriptorOf(accepted))).toEqual({
      pid: process.pid,
      uid: process.geteuid?.(),
      gid: process.getegid?.(),
    });
  });

  it('is null for a closed socket, for what is no descriptor and for what is no socket', async () => {
    const accepted = await ownConnection();
    const fd = descriptorOf(accepted);
    accepted.destroy();
    expect(peerCredentials(descriptorOf(accepted))).toBeNull();
    expect(peerCredentials(fd)).toBeNull();
    for (const value of [-1, 0.5, NaN, Infinity, undefined as unknown as number])
      expect(peerCredentials(value)).toBeNull();
    const file = openSync('/dev/null', 'r');
    onTestFinished(() => closeSync(file));
    expect(peerCredentials(file)).toBeNull();
  });
});

describe('a credential source', () => {
  it.each([
    [
      'is missing',
      (): never => {
        throw new Error("Cannot find module 'koffi'");
      },
    ],
    [
      'cannot open libc',
      () => ({
        load: (): never => {
          throw new Error('no library');
        },
      }),
    ],
    ['is something else', () => ({})],
  ])('answers null for everybody where koffi %s, and says so', async (_, loadKoffi) => {
    const source = createCredentialSource(loadKoffi);
    expect(source.available()).toBe(false);
    expect(source.read(descriptorOf(await ownConnection()))).toBeNull();
  });

  it('loads koffi on first use, once', () => {
    let loads = 0;
    const source = createCredentialSource(() => {
      loads++;
      throw new Error('missing');
    });
    expect(source.read(-1)).toBeNull();
    expect(loads).toBe(0);
    source.available();
    source.read(0);
    source.available();
    expect(loads).toBe(process.platform === 'linux' ? 1 : 0);
  });

  it.runIf(process.platform === 'linux')('finds libc by name where the process does not show it', () => {
    const asked: unknown[] = [];
    const source = createCredentialSource(() => ({
      load: (name: string | null) => {
        asked.push(name);
        if (name === null) throw new Error('no library');
        return { func: () => () => -1 };
      },
    }));
    expect(source.available()).toBe(true);
    expect(source.read(0)).toBeNull();
    expect(asked).toEqual([null, 'libc.so.6']);
  });
});
