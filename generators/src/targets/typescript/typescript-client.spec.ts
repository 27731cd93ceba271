import type { Schema } from '@pixl-ipc/contract';
import { isIpcError } from '@pixl-ipc/client';
import { describe, expect, it } from 'vitest';
import { parseContractDocument } from '../../contract/contract-document';
import { generateClient, type GeneratedFile } from '../../emit/generate-client';
import { echoingPeer } from '../../testing/echoing-peer';
import {
  HOSTILE_TEXTS,
  hostileDocument,
  namesDocument,
  objectOf,
  sketchedDocument,
  type DocumentSketch,
} from '../../testing/documents';
import { guideExamples } from '../../testing/guide-examples';
import { ordersDocumentText } from '../../testing/orders';
import { loadTypeScript, TypeChecker } from '../../testing/generated-typescript';
import { ECHOED, shapesDocumentText } from '../../testing/shapes';

const shapes = parseContractDocument(shapesDocumentText());
const checker = new TypeChecker();
/** The first check reads the types of Node.js and of the client. */
const TIMEOUT_MS = 60_000;

function generated(sketch: DocumentSketch): Promise<GeneratedFile[]> {
  return generateClient({ document: sketchedDocument(sketch), language: 'typescript' });
}

async function contentOf(sketch: DocumentSketch, path: string): Promise<string> {
  return (await generated(sketch)).find((file) => file.path === path)?.content ?? '';
}

describe('a generated TypeScript client', { timeout: TIMEOUT_MS }, () => {
  it.each(['esm', 'commonjs', 'bundler'] as const)(
    'type-checks with every shape under the strictest settings of a project with %s modules',
    async (project) => {
      const files = await generateClient({ document: shapes, language: 'typescript' });
      expect((project === 'esm' ? checker : new TypeChecker(project)).errorsIn(files)).toEqual([]);
    },
  );

  it('types calls, streams, errors and fakes', async () => {
    const files = await generateClient({ document: shapes, language: 'typescript' });
    const use = `
      import { createShapesDaemonClient, isShapesDaemonError, type EchoRequestIsNot } from './index.js';
      import type { Shape, ShapesDaemon, ShapesEchoRequest, ShapesEchoResponse } from './index.js';
      import { fakeShapesDaemon } from './fake.js';

      export async function main(ipc: ShapesDaemon, request: ShapesEchoRequest): Promise<void> {
        const reply: ShapesEchoResponse = await ipc.shapes.echo(request, { timeoutMs: 500, meta: { a: 'b' } });
        const total: number = reply.money.amount + reply.count;
        const note: string | undefined = reply.lines[0]?.note;
        const area = reply.shape.kind === 'circle' ? reply.shape.radius : reply.shape.side;
        for await (const shape of ipc.shapes.watch({ from: 1 }, { credit: 8 })) void (shape satisfies Shape);
        const skus: string[] = await ipc.shapes.list();
        const nothing: null = await ipc.ping();
        void [total, note, area, skus, nothing];
      }
      export function caught(error: unknown): string | undefined {
        if (isShapesDaemonError(error, 'shapes.refused')) return error.details.reason;
        if (!isShapesDaemonError(error)) return undefined;
        return error.code === 'shapes.plain' ? String(error.details satisfies null) : error.details.at;
      }
      export const fake: ShapesDaemon = fakeShapesDaemon({
        shapes: { list: ({ of = [] }) => of, watch: () => [{ kind: 'circle', radius: 1 }] },
      });
      export const client = createShapesDaemonClient({ socketPath: '/run/x.sock' });
      export const closed: Promise<void> = client.$client.close();
      export const awaited: Promise<ShapesDaemon['shapes']> = (async () => await client.shapes)();
      void main({} as ShapesDaemon, {
        // @ts-expect-error an integer is no text
        text: 1,
      });
      // @ts-expect-error the stream is no promise
      void fake.shapes.watch({ from: 1 }).then;
      // @ts-expect-error \`from\` is required
      void fake.shapes.watch();
    `.replace(', type EchoRequestIsNot', '');
    expect(checker.errorsIn([...files, { path: 'use.ts', content: use }])).toEqual([]);
  });

  it('is used as the guide says', async () => {
    const document = parseContractDocument(ordersDocumentText());
    const files = (await generateClient({ document, language: 'typescript' })).map((file) => ({
      ...file,
      path: `ipc-daemon-client/${file.path}`,
    }));
    const examples = (await guideExamples('ts')).map((content, index) => ({ path: `guide-${index}.ts`, content }));
    expect(examples).toHaveLength(2);
    // The fake of the second is the reader's to use.
    const errors = checker.errorsIn([...files, ...examples]);
    expect(errors).toEqual(["guide-1.ts: 'ipc' is declared but its value is never read."]);
  });

  it('sends each call to its endpoint with the hash and what the caller says, over whatever transport', async () => {
    const files = await generateClient({ document: shapes, language: 'typescript' });
    const { createShapesDaemonClient } = loadTypeScript(files, 'client.ts') as {
      createShapesDaemonClient: (options: object) => { readonly $client: { close(): Promise<void> } } & Calls;
    };
    const sent: Record<string, unknown>[] = [];
    const transport = {
      describe: 'a peer in memory',
      connect: () => echoingPeer(sent),
    };
    const ipc = createShapesDaemonClient({ transport });
    expect(await ipc.shapes.echo(ECHOED[0], { meta: { tenant: 'a' } })).toEqual(ECHOED[0]);
    expect(await ipc.ping()).toBeNull();
    expect(sent[0]).toMatchObject({
      v: 2,
      uri: '/shapes/echo',
      data: ECHOED[0],
      contract: shapes.endpoints['/shapes/echo']?.hash,
      meta: { tenant: 'a' },
    });
    expect(sent[1]).toMatchObject({ uri: '/ping', data: {} });
    await ipc.$client.close();
  });

  it('is plain objects, which nobody takes for a promise', async () => {
    const files = await generateClient({ document: shapes, language: 'typescript' });
    const { fakeShapesDaemon } = loadTypeScript(files, 'fake.ts') as { fakeShapesDaemon: () => Calls };
    const ipc = fakeShapesDaemon();
    expect(Object.keys(ipc).sort()).toEqual(['list', 'ping', 'shapes']);
    expect(await (ipc.shapes as unknown)).toBe(ipc.shapes);
  });
});

describe('a generated fake', { timeout: TIMEOUT_MS }, () => {
  it('answers as its handlers do, with what JSON leaves of the data', async () => {
    const files = await generateClient({ document: shapes, language: 'typescript' });
    const { fakeShapesDaemon } = loadTypeScript(files, 'fake.ts') as { fakeShapesDaemon: (handlers: object) => Calls };
    const got: unknown[] = [];
    const ipc = fakeShapesDaemon({
      shapes: {
        echo: (request: unknown, options: unknown) => (got.push(request, options), request),
        watch: function* () {
          yield { kind: 'circle', radius: 1 };
          throw new Error('enough');
        },
      },
    });
    const options = { timeoutMs: 5 };
    expect(await ipc.shapes.echo({ ...ECHOED[1], optional: undefined }, options)).toStrictEqual(ECHOED[1]);
    expect(got).toStrictEqual([ECHOED[1], options]);
    const items: unknown[] = [];
    await expect(
      (async () => {
        for await (const item of ipc.shapes.watch({ from: 1 })) items.push(item);
      })(),
    ).rejects.toThrow('enough');
    expect(items).toEqual([{ kind: 'circle', radius: 1 }]);
    await expect(ipc.ping()).rejects.toSatisfy((error) => isIpcError(error, 'no_handler_found'));
  });
});

describe('text of a contract', { timeout: TIMEOUT_MS }, () => {
  it('is never TypeScript code', async () => {
    const clients = await Promise.all(
      HOSTILE_TEXTS.map(async (hostile, index) => {
        const text = JSON.stringify(hostile);
        const document = parseContractDocument(hostileDocument(hostile));
        const content = `import type { ABRequest, ABResponse } from './types.js';
          export const constant: ABRequest['constant'] = ${text};
          export const kind: ABRequest['choice']['kind'] = ${text};
          export const response: ABResponse = ${text};`;
        const files = await generateClient({ document, language: 'typescript' });
        return [...files, { path: 'assigned.ts', content }].map((file) => ({ ...file, path: `${index}/${file.path}` }));
      }),
    );
    expect(checker.errorsIn(clients.flat())).toEqual([]);
    for (const { path, content } of clients.flat().filter((file) => !file.path.endsWith('assigned.ts'))) {
      // Comments and literals apart, nothing of the text is left.
      const bare = content.replace(/\/\*\*[^]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, '');
      expect(bare, path).not.toMatch(/exit|html|script|round|break|größe/);
      expect(content.replaceAll('\n', ''), path).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }
  });

  it.each([
    ['Promise', 'Promise_'],
    ['CallOptions', 'CallOptions_'],
    ['TestDaemon', 'TestDaemon_'],
    ['AEndpoints', 'AEndpoints_'],
    ['Object', 'Object'],
  ])('may name a type %s, which is called %s', async (name, called) => {
    const reference: Schema = { $ref: `#/types/${name}` };
    const files = await generated({
      endpoints: { '/a/b': { request: reference, response: { type: 'array', items: reference } } },
      types: { [name]: objectOf({ key: { type: 'string' } }) },
    });
    expect(files.find(({ path }) => path === 'types.ts')?.content).toContain(`export interface ${called} {`);
    expect(checker.errorsIn(files)).toEqual([]);
  });

  it('may use words of the language, and of the generated code, as names', async () => {
    const document = parseContractDocument(namesDocument());
    expect(checker.errorsIn(await generateClient({ document, language: 'typescript' }))).toEqual([]);
  });

  it('keeps two endpoints apart whose names are one in a flat name space', async () => {
    const request = (key: string) => objectOf({ [key]: { type: 'string' } });
    const files = await generated({
      endpoints: { '/a/b-c': { request: request('one') }, '/a-b/c': { request: request('two') } },
    });
    expect(checker.errorsIn(files)).toEqual([]);
    expect(files.find(({ path }) => path === 'types.ts')?.content).toMatch(
      /interface ABCRequest_? \{[^]*ABCRequest_? \{/,
    );
  });
});

describe('the TypeScript of', { timeout: TIMEOUT_MS }, () => {
  it('a long union has a line for each member', async () => {
    const values = Array.from({ length: 12 }, (_, index) => `a rather long value ${index}`);
    const types = await contentOf({ endpoints: { '/a': { response: { type: 'string', enum: values } } } }, 'types.ts');
    expect(types).toContain("export type AResponse =\n  | 'a rather long value 0'\n  | 'a rather long value 1'\n");
  });

  it('a daemon without endpoints, types and errors is a client all the same', async () => {
    const files = await generated({});
    expect(files.map(({ path }) => path)).toEqual(['client.ts', 'fake.ts', 'index.ts']);
    expect(checker.errorsIn(files)).toEqual([]);
  });

  it('what a property is for says everything that its type cannot', async () => {
    const count: Schema = {
      type: 'integer',
      description: 'How many.\n\nReally.',
      minimum: 1,
      exclusiveMaximum: 10,
      default: 2,
      examples: [3, 4],
      deprecated: true,
    };
    const types = await contentOf({ endpoints: { '/a': { request: objectOf({ count }) } } }, 'types.ts');
    expect(types).toContain(`  /**
   * How many.
   *
   * Really.
   * Integer, at least 1, less than 10.
   *
   * @default 2
   * @example 3
   * @example 4
   * @deprecated
   */
  count: number;`);
  });
});

interface Calls {
  readonly ping: () => Promise<null>;
  readonly shapes: {
    readonly echo: (request: object, options?: object) => Promise<unknown>;
    readonly watch: (request: object) => AsyncIterable<unknown>;
  };
}
