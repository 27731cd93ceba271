import { endpoint, type EndpointReference } from '@pixl-ipc/contract';
import { isIpcError } from '@pixl-ipc/protocol';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { createClient } from './ipc-client';
import type { ItemStream } from './stream/item-stream';
import { failureOf, observedClient } from './testing/open-client';
import { ScriptedServer } from './testing/scripted-server';

const test = endpoint('/myapi/test', {
  request: z.object({ welcome: z.int(), shout: z.boolean().default(false) }),
  response: z.object({ hello: z.string() }),
  errors: { 'myapi.unwelcome': z.object({ reason: z.string() }) },
});
const days = endpoint('/myapi/days', {
  request: z.object({ from: z.iso.date() }),
  response: z.object({ day: z.string() }),
  idempotent: true,
  stream: true,
});
/** As a generated client holds it. */
const generated: EndpointReference<{ readonly n: number }, readonly string[], false> = { uri: '/x', hash: '0' };

const client = createClient({ socketPath: '/nowhere' });

/** Type-checked, never run. */
function neverRun(): void {
  // @ts-expect-error -- welcome is a number
  void client.call(test, { welcome: '42' });
  // @ts-expect-error -- welcome is missing
  void client.call(test, {});
  // @ts-expect-error -- there is no such key
  void client.call(test, { welcome: 42, unwelcome: true });
  // @ts-expect-error -- the contract asks for data
  void client.call(test);
  // @ts-expect-error -- a stream is no call
  void client.call(days, { from: '2026-01-01' });
  // @ts-expect-error -- a call is no stream
  void client.stream(test, { welcome: 42 });
  // @ts-expect-error -- nor is a message
  void client.notify(days, { from: '2026-01-01' });
  // @ts-expect-error -- the contract asks for data
  void client.notify(test);
  // @ts-expect-error -- the contract asks for data
  void client.notify(test, undefined);
  // @ts-expect-error -- as it does when generated
  void client.notify(generated);
  // @ts-expect-error -- n is a number
  void client.notify(generated, { n: '1' });
  // @ts-expect-error -- milliseconds are a number
  void client.call('/x', {}, { timeoutMs: '500' });
  // @ts-expect-error -- meta maps strings to strings
  void client.call('/x', {}, { meta: { n: 1 } });
  // @ts-expect-error -- only a stream has credit
  void client.call('/x', {}, { credit: 8 });
  // @ts-expect-error -- there is a server to name
  createClient({});
  // @ts-expect-error -- one server
  createClient({ socketPath: '/s', transport: { connect: () => process.stdin as never, describe: 'x' } });
  // @ts-expect-error -- whose a transport is, nobody can say
  createClient({ expectUid: 1, transport: { connect: () => process.stdin as never, describe: 'x' } });
  client.on('lost', ({ error, pendingCalls }) => {
    expectTypeOf(error.sent).toBeBoolean();
    expectTypeOf(pendingCalls).toBeNumber();
  });
  // @ts-expect-error -- there is no such event
  client.on('gone', () => undefined);
}

describe('the types of an IpcClient', () => {
  it('are those of the contract', () => {
    expectTypeOf(() => client.call(test, { welcome: 42 })).returns.resolves.toEqualTypeOf<{ hello: string }>();
    expectTypeOf(() => client.call(generated, { n: 1 })).returns.resolves.toEqualTypeOf<readonly string[]>();
    expectTypeOf(() => client.call('/x', 1)).returns.resolves.toBeUnknown();
    expectTypeOf(() => client.notify(test, { welcome: 42, shout: true })).returns.resolves.toBeVoid();
    expectTypeOf(() => client.notify('/x')).returns.resolves.toBeVoid();
    expectTypeOf(() => client.stream(days, { from: '2026-01-01' })).returns.toEqualTypeOf<
      ItemStream<{ day: string }>
    >();
    expectTypeOf(() => client.stream('/x')).returns.toEqualTypeOf<ItemStream<unknown>>();
    expect(neverRun).toBeTypeOf('function');
  });

  it('tell the details of a declared error', async () => {
    const { socketPath } = await ScriptedServer.start((request, peer) =>
      peer.answer(request, { code: 'myapi.unwelcome', message: 'no', details: { reason: 'night' } }),
    );
    const failure: unknown = await failureOf(observedClient({ socketPath }).client.call(test, { welcome: 1 }));
    expect(isIpcError(failure, test.errors.unwelcome) && failure.details.reason).toBe('night');
    if (isIpcError(failure, test.errors.unwelcome)) expectTypeOf(failure.details).toEqualTypeOf<{ reason: string }>();
  });

  it('sends the hash of a contract, and what its schema takes in', async () => {
    const server = await ScriptedServer.start();
    const { client: open } = observedClient({ socketPath: server.socketPath });
    await open.call(test, { welcome: 42 });
    const { hash } = test;
    expect(hash).toMatch(/^[0-9a-f]{12}$/);
    expect((await server.peer()).requests[0]).toMatchObject({ contract: hash, data: { welcome: 42 } });
  });
});
