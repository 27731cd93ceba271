import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDirectory, until, type TempDirectory } from '@pixl-ipc/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseContractDocument } from '../../contract/contract-document';
import { generateClient, type GeneratedFile } from '../../emit/generate-client';
import { hostileDocument, HOSTILE_TEXTS } from '../../testing/documents';
import { PhpProject } from '../../testing/php-project';
import { randomContract } from '../../testing/random-documents';
import { ECHOED, shapesDocumentText } from '../../testing/shapes';
import { startShapesDaemon, TIMES } from '../../testing/shapes-daemon';

const PROGRAMS = join(__dirname, '../../testing');
/** How many contracts are made up, and analysed together. */
const CONTRACTS = 40;

let directory: TempDirectory;

beforeAll(async () => {
  directory = await tempDirectory();
});

afterAll(() => directory.cleanup());

async function projectIn(name: string): Promise<PhpProject> {
  const path = join(directory.path, name);
  await mkdir(path);
  return new PhpProject(path);
}

function generated(text: string, namespace = 'App\\Ipc'): Promise<GeneratedFile[]> {
  return generateClient({ document: parseContractDocument(text), language: 'php', options: { namespace } });
}

describe('a generated PHP client', () => {
  it('takes every shape to the daemon and back, and knows its errors and streams', async () => {
    const { server, streams } = await startShapesDaemon(directory.file('d.sock'));
    try {
      const project = await projectIn('shapes');
      await project.write(await generated(shapesDocumentText()), 'Ipc');
      await copyFile(join(PROGRAMS, 'shapes-consumer.php'), join(project.path, 'main.php'));
      await writeFile(directory.file('echoed.json'), JSON.stringify(ECHOED));
      const printed = await project.run(
        join(project.path, 'main.php'),
        directory.file('d.sock'),
        directory.file('echoed.json'),
      );
      expect(JSON.parse(printed)).toEqual({
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
        wrong: '/lines/1/qty: expected integer, got string',
      });
      await until(() => streams.left === 1, { what: 'the stream that was left has ended' });
      await project.load();
      await project.analyse('main.php');
      await project.checkStyle();
    } finally {
      await server.abort();
    }
  });

  it('holds no code that came with the text of a contract', async () => {
    const project = await projectIn('hostile');
    for (const [index, text] of HOSTILE_TEXTS.entries()) {
      await project.write(await generated(hostileDocument(text), `App\\C${index}`), `C${index}`);
    }
    await project.load();
    await project.analyse();
    await copyFile(join(PROGRAMS, 'hostile-consumer.php'), join(project.path, 'main.php'));
    const printed = await project.run(join(project.path, 'main.php'), String(HOSTILE_TEXTS.length));
    expect(JSON.parse(printed)).toEqual(HOSTILE_TEXTS.map((text) => ({ constant: text, status: text })));
  });

  it('of any contract reads every valid request, writes it as it was, and is clean to analysis', async () => {
    const many = fc.array(randomContract(), { minLength: CONTRACTS, maxLength: CONTRACTS });
    const property = fc.asyncProperty(many, async (contracts) => {
      const project = await projectIn('random');
      for (const [index, { text }] of contracts.entries()) {
        await project.write(await generated(text, `App\\C${index}`), `C${index}`);
      }
      const requests = contracts.map((contract) => contract.requests);
      await writeFile(join(project.path, 'requests.json'), JSON.stringify(requests));
      await copyFile(join(PROGRAMS, 'random-consumer.php'), join(project.path, 'main.php'));
      const printed = await project.run(join(project.path, 'main.php'), join(project.path, 'requests.json'));
      for (const [index, written] of (JSON.parse(printed) as unknown[]).entries()) {
        expect(written, contracts[index]?.text).toEqual(requests[index]);
      }
      await project.analyse();
    });
    // One run, as starting PHP and its analysis takes longer than all the rest.
    await fc.assert(property, { numRuns: 1, endOnFailure: true });
  });
});
