import { contractDocument, endpoint, type AnyEndpoint } from '@pixl-ipc/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openServer } from '../../fixtures/open-server';
import type { WireReply } from '../../fixtures/wire';
import { createRouter, type ServerOptions } from '../index';

const hello = endpoint('/hello', {
  request: z.object({ name: z.string() }),
  response: z.object({ hello: z.string() }),
});
const bye = endpoint('/bye', { request: z.object({}), response: z.object({}) });
const odd = endpoint('/odd', { request: z.object({ pair: z.tuple([z.string()]) }), response: z.object({}) });
const service = { name: 'greeter', version: '1.2.3' };

async function open(contracts: readonly AnyEndpoint[], options: Partial<ServerOptions> = {}) {
  const router = createRouter();
  const add = (contract: AnyEndpoint): void => {
    router.add(contract.uri, { name: contract.uri, contract, handle: (call) => call.reply({}) });
  };
  for (const contract of contracts) add(contract);
  const { connect, server, log } = await openServer({}, options, { router });
  const wire = await connect();
  const ask = async (request: object): Promise<WireReply> => {
    await wire.send({ v: 2, ...request });
    return wire.next();
  };
  return { ask, add, server, log };
}

describe('a server’s contract', () => {
  it('is described by the document of all that it serves, whose hash is in info', async () => {
    const { ask } = await open([hello, bye], { service });
    const document = contractDocument({ service, endpoints: [hello, bye] });
    expect((await ask({ uri: '/ipcserver/describe' })).data).toEqual(document);
    expect((await ask({ uri: '/ipcserver/info' })).data).toMatchObject({ ...service, contract: document.hash });
  });

  it('grows with the endpoints that are added later', async () => {
    const { ask, add } = await open([hello]);
    const uris = async (): Promise<string[]> => {
      const { data } = await ask({ uri: '/ipcserver/describe' });
      return Object.keys((data as { endpoints: object }).endpoints);
    };
    expect(await uris()).toEqual(['/hello']);
    add(bye);
    expect(await uris()).toEqual(['/bye', '/hello']);
  });

  it('is described word for word by a document that is given', async () => {
    const given = { ...contractDocument({ service, endpoints: [hello] }), hash: 'given' };
    const { ask } = await open([hello, bye], { contractDocument: given });
    expect((await ask({ uri: '/ipcserver/describe' })).data).toEqual(given);
    expect((await ask({ uri: '/ipcserver/info' })).data).toMatchObject({ contract: 'given' });
  });

  it('is not there where none is served', async () => {
    const { ask } = await open([]);
    expect(await ask({ uri: '/ipcserver/describe' })).toMatchObject({ code: 'no_handler_found' });
    expect((await ask({ uri: '/ipcserver/info' })).data).toMatchObject({ contract: null });
  });

  it('that cannot be documented costs nothing but the description: the log says why', async () => {
    const { ask, log } = await open([odd]);
    expect(await ask({ uri: '/ipcserver/describe' })).toMatchObject({ code: 'internal' });
    expect((await ask({ uri: '/ipcserver/info' })).data).toMatchObject({ contract: null });
    expect((await ask({ uri: '/odd', contract: 'whatever' })).data).toEqual({});
    expect(log.errors.at(-1)?.message).toMatch(/tuple/);
  });

  it('that cannot be documented is tried and logged once for the endpoints there are, whoever asks', async () => {
    let tries = 0;
    const observed = new Proxy(odd, {
      get: (target, key, receiver) => {
        if (key === 'request') tries++;
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
    const { ask, add, log } = await open([observed]);
    await ask({ uri: '/ipcserver/info' });
    const triesForOne = tries;
    expect(triesForOne).toBeGreaterThan(0);
    const replies: WireReply[] = [];
    for (let count = 0; count < 20; count++) {
      replies.push(await ask({ uri: '/ipcserver/describe' }));
      await ask({ uri: '/ipcserver/info' });
    }
    expect(new Set(replies.map(({ code }) => code))).toEqual(new Set(['internal']));
    expect([tries, log.codes()]).toEqual([triesForOne, ['handler_error']]);
    add(bye);
    await ask({ uri: '/ipcserver/describe' });
    expect([tries, log.codes()]).toEqual([2 * triesForOne, ['handler_error', 'handler_error']]);
  });

  it('tells callers that were made from another one, in the stats', async () => {
    const { ask, server } = await open([hello]);
    for (const contract of [hello.hash, 'another', undefined]) await ask({ uri: '/hello', contract, userAgent: 'me' });
    await ask({ uri: '/ipcserver/ping', contract: 'another', userAgent: 'me' });
    expect([...server.stats.endpoints].map(({ endpoint: uri, outdatedCalls }) => [uri, outdatedCalls])).toEqual([
      ['/hello', 1],
      ['/ipcserver/ping', 0],
    ]);
    expect(server.stats.callers.rows()).toEqual([{ userAgent: 'me', calls: 4, version1Calls: 0, outdatedCalls: 1 }]);
  });
});
