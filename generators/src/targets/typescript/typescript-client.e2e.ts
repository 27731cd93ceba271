import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempDirectory, until, type TempDirectory } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseContractDocument } from '../../contract/contract-document';
import { generateClient } from '../../emit/generate-client';
import { ECHOED, shapesDocumentText } from '../../testing/shapes';
import { startShapesDaemon, TIMES } from '../../testing/shapes-daemon';

const run = promisify(execFile);
const ROOT = join(__dirname, '../../../..');
const PROGRAM = join(__dirname, '../../testing/shapes-consumer.ts.txt');

/** As strict as a project can be. One of them checks the types of packages too: they are what the client is made of. */
const STRICT = {
  target: 'es2022',
  lib: ['es2022'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  isolatedModules: true,
  rootDir: 'src',
  outDir: 'dist',
};

let directory: TempDirectory;
let daemon: Awaited<ReturnType<typeof startShapesDaemon>>;

beforeAll(async () => {
  directory = await tempDirectory();
  daemon = await startShapesDaemon(directory.file('d.sock'));
  await writeFile(directory.file('echoed.json'), JSON.stringify(ECHOED));
  await writeProject('module', { ...STRICT, verbatimModuleSyntax: true });
  await writeProject('commonjs', { ...STRICT, skipLibCheck: true });
  // Both at once: the compiler reads the types of Node.js and of the client for both.
  await compile(['module', 'commonjs'].map((type) => directory.file(type)));
});

afterAll(async () => {
  await daemon.server.abort();
  await directory.cleanup();
});

describe('a generated TypeScript client, compiled by its project and run against the daemon,', () => {
  it.each([
    ['ECMAScript', 'module'],
    ['CommonJS', 'commonjs'],
  ])('works in a project with %s modules', async (_, type) => {
    const { stdout } = await run('node', ['dist/main.js', directory.file('d.sock'), directory.file('echoed.json')], {
      cwd: directory.file(type),
    });
    expect(JSON.parse(stdout)).toEqual({
      echoed: ECHOED,
      refused: ['shapes.refused', 'not today', 'asked to'],
      plain: ['shapes.plain', null],
      tooMany: 'invalid_argument',
      shapes: [1.5, 2.5, 3.5].map((radius) => ({ kind: 'circle', radius })),
      first: { kind: 'circle', radius: 5.5 },
      times: [...TIMES, 'no more'],
      lists: [['none'], ['a', 'b']],
      scalars: [null, 7],
      words: { new: 'one' },
      nothing: null,
      fake: { new: 'faked' },
    });
    await until(() => daemon.streams.left === 1, { what: 'the stream that was left has ended' });
    daemon.streams.left = 0;
  });
});

/** @param type Of its modules, and the folder's name. */
async function writeProject(type: 'module' | 'commonjs', compilerOptions: object): Promise<void> {
  const project = directory.file(type);
  await mkdir(join(project, 'src/ipc'), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(project, 'node_modules'));
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type }));
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  await copyFile(PROGRAM, join(project, 'src/main.ts'));
  const document = parseContractDocument(shapesDocumentText());
  for (const { path, content } of await generateClient({ document, language: 'typescript' })) {
    await writeFile(join(project, 'src/ipc', path), content);
  }
}

/** @throws Error with what the compiler says */
async function compile(projects: readonly string[]): Promise<void> {
  try {
    await run('node', [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', ...projects]);
  } catch (error) {
    throw new Error((error as { readonly stdout: string }).stdout, { cause: error });
  }
}
