import { createClient } from '@pixl-ipc/client';
import { createServer } from '@pixl-ipc/server';
import { expect, test } from 'vitest';
import contract from './hello.contract.js';
import hello from './hello.handler.js';

test.each([
  [{ name: 'Ada' }, 'Ada'],
  [{}, 'world'],
])('%j is greeted as %s', async (request, greeted) => {
  await using server = createServer({ endpoints: [hello] });
  await using client = createClient({ transport: server.inMemory() });
  expect(await client.call(contract, request)).toEqual({ hello: greeted });
});

test('nobody is called by an empty name', async () => {
  await using server = createServer({ endpoints: [hello] });
  await using client = createClient({ transport: server.inMemory() });
  await expect(client.call(contract, { name: '' })).rejects.toMatchObject({
    code: 'invalid_argument',
    details: { issues: [{ path: '/name' }] },
  });
});
