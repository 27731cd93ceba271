import { EventEmitter, once } from 'node:events';
import { endpoint } from '@pixl-ipc/contract';
import { CANCEL_URI } from '@pixl-ipc/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { openEndpoints } from '../../fixtures/open-endpoints';
import { eventually } from '../../fixtures/open-server';
import type { Wire } from '../../fixtures/wire';
import { handle } from './handle';
import type { Middleware } from './middleware';

const ENDS: readonly (readonly [string, object, (wire: Wire) => unknown])[] = [
  ['its time is over', { timeout: 20 }, (wire) => wire.next()],
  [
    'its caller has cancelled it',
    {},
    async (wire) => {
      await wire.send({ v: 2, uri: CANCEL_URI, data: { id: 1 }, oneway: true });
      await wire.next();
    },
  ],
  ['its caller is gone', {}, (wire) => wire.destroy()],
];

describe.each(ENDS)('a call that ends because %s', (_why, terms, end) => {
  it.each([
    ['a middleware', false],
    ['a middleware of a stream', true],
    ['the check of its input', false],
  ])('while %s takes its time never starts its handler', async (what, stream) => {
    const gate = new EventEmitter();
    onTestFinished(() => void gate.emit('open'));
    let waiting = 0;
    const wait = async (): Promise<boolean> => {
      waiting++;
      await once(gate, 'open');
      waiting--;
      return true;
    };
    const waits: Middleware = async (_context, next) => {
      await wait();
      return next().finally(() => outcomes.push('next ended'));
    };
    const [started, outcomes]: [string[], string[]] = [[], []];
    const isChecked = what.startsWith('the check');
    const request = isChecked ? z.object({}).refine(wait) : z.object({});
    const served = stream
      ? handle(endpoint('/work', { request, response: z.int(), stream }), () => {
          started.push('stream');
          return (async function* () {
            started.push('items');
            yield await Promise.resolve(1);
          })();
        })
      : handle(endpoint('/work', { request, response: z.object({}) }), () => {
          started.push('handler');
          return {};
        });
    const { server, connect, log } = openEndpoints({ endpoints: [served], middleware: isChecked ? [] : [waits] });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 1, uri: '/work', data: {}, more: stream, ...terms });
    await eventually(() => waiting).toBeGreaterThan(0);
    await end(wire);
    await eventually(() => server.load.inFlight).toBe(0);
    gate.emit('open');
    await eventually(() => waiting).toBe(0);
    if (!isChecked) await eventually(() => outcomes).toEqual(['next ended']);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual([]);
    expect(log.codes()).toEqual('timeout' in terms ? ['handler_timeout'] : []);
  });
});
