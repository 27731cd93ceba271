import { describe, expect, it } from 'vitest';
import { generateClient, type GeneratedFile } from '../../emit/generate-client';
import { objectOf, sketchedDocument } from '../../testing/documents';
import { TypeChecker } from '../../testing/generated-typescript';
import { RESERVED } from './names';

const TIMEOUT_MS = 60_000;

/** A client with a call, a stream and an error, which all refer to a type. */
function clientOf(service: string, type: string, folder = ''): Promise<GeneratedFile[]> {
  const $ref = `#/types/${type}` as const;
  const document = sketchedDocument({
    service,
    types: { [type]: objectOf({ zz: { type: 'string' } }) },
    endpoints: {
      '/zz/zz': { request: { $ref }, response: { type: 'array', items: { $ref } }, errors: { 'zz.zz': { $ref } } },
      '/zz/zzz': { response: { $ref }, stream: true },
    },
  });
  return generateClient({ document, language: 'typescript' }).then((files) =>
    files.map((file) => ({ ...file, path: `${folder}${file.path}` })),
  );
}

describe('the reserved names', { timeout: TIMEOUT_MS }, () => {
  it('are all types and globals that the generated code itself refers to', async () => {
    const content = (await clientOf('zz', 'Zz')).map((file) => file.content).join('\n');
    const bare = content.replace(/\/\*\*[^]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|`[^`]*`/g, '');
    const own = [...bare.matchAll(/(?<![\w$.])[A-Z]\w*/g)].map(([name]) => name).filter((name) => !/zz/i.test(name));
    expect([...new Set(own)].sort()).toEqual([...RESERVED].sort());
  });

  it('may be the name of a type that is requested, answered, streamed and an error’s details', async () => {
    const clients = await Promise.all(RESERVED.map((name) => clientOf('zz', name, `${name}/`)));
    expect(new TypeChecker().errorsIn(clients.flat())).toEqual([]);
  });

  it('may be the name of a daemon, or what one is made of by `Client`, `Error` and the like', async () => {
    const stems = RESERVED.flatMap((name) => [name, name.replace(/(Client|Errors?|Handlers)$/, '')]);
    const services = [...new Set(stems)].map((stem) => stem.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase());
    expect(services).toEqual(expect.arrayContaining(['ipc', 'stream-handler']));
    const clients = await Promise.all(services.map((service) => clientOf(service, 'Zz', `${service}/`)));
    expect(new TypeChecker().errorsIn(clients.flat())).toEqual([]);
  });
});

it.each([
  ['ipc', 'IpcDaemon'],
  ['stream-handler', 'StreamHandlerDaemon'],
  ['orders', 'Orders'],
])('a client of %s is called %s', async (service, called) => {
  const content = (await clientOf(service, 'Zz')).find(({ path }) => path === 'client.ts')?.content;
  expect(content).toContain(`export function create${called}Client(`);
});

it('the handlers of a namespace that is called like the daemon have a name of their own', async () => {
  const document = sketchedDocument({ service: 'orders', endpoints: { '/orders/hello': {} } });
  const fake = (await generateClient({ document, language: 'typescript' })).find(({ path }) => path === 'fake.ts');
  expect(fake?.content).toContain('  readonly orders?: OrdersEndpointHandlers;');
});
