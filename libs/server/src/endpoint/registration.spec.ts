import { endpoint } from '@pixl-ipc/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openEndpoints } from '../../fixtures/open-endpoints';
import { createServer } from '../create-server';
import { createRouter, Router } from '../index';
import { handle } from './handle';
import { addEndpoints, EndpointError } from './registration';

const schema = z.object({});
const [one, two] = [
  handle(endpoint('/a/one', { request: schema, response: schema }), () => ({})),
  handle(endpoint('/a/two', { request: schema, response: schema }), () => ({})),
];

describe('endpoints', () => {
  it('are served from the start, or added while the server runs', async () => {
    const { server, connect } = openEndpoints({ endpoints: [one] });
    const wire = connect();
    await wire.send({ uri: '/a/one', data: {} }, { uri: '/a/two', data: {} });
    expect((await wire.take(2)).map(({ code }) => code)).toEqual([undefined, 'no_handler_found']);
    server.addEndpoints([two]);
    await wire.send({ uri: '/a/two', data: {} });
    expect((await wire.next()).data).toEqual({});
    expect(server.router.contracts.map(({ uri }) => uri)).toEqual(['/a/one', '/a/two']);
    // Echo, delay and these two.
    expect(server.router.size).toBe(4);
  });

  it.each<[string, (router: Router) => void, readonly unknown[], string]>([
    [
      'twice in the list',
      () => undefined,
      [one, one],
      'endpoint /a/one stands twice in the list; take one of them out',
    ],
    [
      'served by an endpoint already',
      (router) => addEndpoints(router, [two]),
      [one, two],
      "endpoint /a/two is served already, by '/a/two'; take one of them out, or add the endpoint before",
    ],
    [
      'served by a handler already',
      (router) => router.addExact('/a/two', 'mine', () => undefined),
      [one, two],
      "endpoint /a/two is served already, by 'mine'; take one",
    ],
    [
      'hidden by a pattern',
      (router) => router.addPattern(/^\/a\//, 'all', () => undefined),
      [one],
      "endpoint /a/one is served already, by 'all'; take one",
    ],
    ['no endpoint', () => undefined, [one.contract], 'endpoint number 1 is no endpoint handler; give what handle('],
    ['nothing', () => undefined, [one, undefined], 'endpoint number 2 is no endpoint handler'],
  ])('that are %s are refused with the remedy, and none of them is added', (_what, prepare, endpoints, message) => {
    const router = createRouter();
    prepare(router);
    const before = router.size;
    expect(() => addEndpoints(router, endpoints as never)).toThrow(EndpointError);
    expect(() => addEndpoints(router, endpoints as never)).toThrow(message);
    expect(router.size).toBe(before);
  });

  it('under a reserved URI cannot even be declared', () => {
    expect(() => endpoint('/ipcserver/mine', { request: schema, response: schema })).toThrow(/\/ipcserver is reserved/);
  });

  it('may be added before a pattern that matches them too', () => {
    const router = new Router();
    addEndpoints(router, [one]);
    router.addPattern(/^\/a\//, 'all', () => undefined);
    expect([router.find('/a/one')?.name, router.find('/a/two')?.name]).toEqual(['/a/one', 'all']);
  });

  it('may be given to several servers', () => {
    expect(() => [createServer({ endpoints: [one, two] }), createServer({ endpoints: [one, two] })]).not.toThrow();
  });
});
