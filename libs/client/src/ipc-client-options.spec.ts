import type { Transport } from '@pixl-ipc/protocol';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createClient } from './ipc-client';
import { resolveIpcClientOptions, type IpcClientOptions } from './ipc-client-options';
import { DEFAULT_CLIENT_SETTINGS } from './options';

const socketPath = '/run/app/ipc.sock';
const transport: Transport = { describe: 'a test', connect: () => new Duplex() };

describe('resolveIpcClientOptions', () => {
  it('fills in every default', () => {
    const { settings, dialer, interceptors, newIdPrefix } = resolveIpcClientOptions({ socketPath });
    expect(settings).toEqual({ ...DEFAULT_CLIENT_SETTINGS, socketPath });
    expect([dialer.describe, interceptors]).toEqual([socketPath, []]);
    expect(new Set(Array.from({ length: 1_000 }, newIdPrefix)).size).toBe(1_000);
    expect(resolveIpcClientOptions({ transport }).dialer.describe).toBe('a test');
  });

  it.each<[string, object, RegExp]>([
    ['no server', {}, /socketPath is undefined; give the path of the server's socket/],
    ['two servers', { socketPath, transport }, /give either transport, or socketPath and what goes with it/],
    ['whose a transport must be', { transport, expectUid: 0 }, /give either transport, or socketPath/],
    ['a transport that is none', { transport: {} }, /transport has no connect\(\)/],
    ['a user that is none', { socketPath, expectUid: -1 }, /expectUid is -1; give a number from 0 to 4294967294/],
    [
      'settings out of range',
      { socketPath, maxPending: 0, requestTimeoutMs: -5 },
      /maxPending is 0[^]*requestTimeoutMs/,
    ],
    [
      'a name that is near one',
      { socketPath, requestTimeout: 5 },
      /requestTimeout is no option; did you mean requestTimeoutMs\?/,
    ],
    ['a name that is near none', { socketPath, colour: 5 }, /colour is no option; there are socketPath, /],
    [
      'interceptors that are none',
      { socketPath, interceptors: null },
      /interceptors is null; give an array of functions/,
    ],
    ['an interceptor that is none', { socketPath, interceptors: [42] }, /interceptors is \[ 42 \]; give an array/],
  ])('refuses %s and says what to give', (_, options, message) => {
    expect(() => createClient(options as IpcClientOptions)).toThrow(TypeError);
    expect(() => createClient(options as IpcClientOptions)).toThrow(message);
  });
});
