import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDirectory, until, type TempDirectory } from '@pixl-ipc/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseContractDocument } from '../../contract/contract-document';
import { generateClient } from '../../emit/generate-client';
import { hostileDocument, HOSTILE_TEXTS, namesDocument } from '../../testing/documents';
import { guideExamples } from '../../testing/guide-examples';
import { ordersDocumentText } from '../../testing/orders';
import { PhpProject } from '../../testing/php-project';
import { randomContracts } from '../../testing/random-documents';
import { randomTimes } from '../../testing/random-times';
import { ECHOED, shapesDocumentText } from '../../testing/shapes';
import { startShapesDaemon, TIMES } from '../../testing/shapes-daemon';

const PROGRAMS = join(__dirname, '../../testing');
/** `SEED=…` of a run that failed makes up the same contracts again. */
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const CONTRACTS = fc.sample(randomContracts(12), { seed: SEED, numRuns: 1 }).flat();

let directory: TempDirectory;
/** With all clients, each in a folder of its own: starting PHP's tools takes longer than what they do. */
let project: PhpProject;

beforeAll(async () => {
  directory = await tempDirectory();
  project = new PhpProject(directory.path);
  const documents = {
    Ipc: shapesDocumentText(),
    IpcDaemon: ordersDocumentText(),
    Names: namesDocument(),
    ...Object.fromEntries(HOSTILE_TEXTS.map((text, index) => [`Hostile${index}`, hostileDocument(text)])),
    ...Object.fromEntries(CONTRACTS.map(({ text }, index) => [`Random${index}`, text])),
  };
  for (const [folder, text] of Object.entries(documents)) {
    const document = parseContractDocument(text);
    const options = { namespace: `App\\${folder}` };
    await project.write(await generateClient({ document, language: 'php', options }), folder);
  }
  const [calls = '', fake = ''] = await guideExamples('php');
  await writeFile(directory.file('guide.php'), `<?php\n\n${calls}`);
  await writeFile(
    directory.file('guide-fake.php'),
    `<?php\n\nrequire __DIR__ . '/autoload.php';\n\n${fake}echo 'done';`,
  );
  for (const program of ['shapes-consumer.php', 'hostile-consumer.php', 'random-consumer.php', 'times-consumer.php']) {
    await copyFile(join(PROGRAMS, program), directory.file(program));
  }
});

afterAll(() => directory.cleanup());

/** What a program makes of data, which it is given in a file. */
async function made(program: string, data: unknown, ...args: string[]): Promise<unknown> {
  const file = directory.file(`${program}.json`);
  await writeFile(file, JSON.stringify(data));
  return JSON.parse(await project.run(program, file, ...args)) as unknown;
}

describe('a generated PHP client', () => {
  it('takes every shape to the daemon and back, and knows its errors and streams', async () => {
    const { server, streams } = await startShapesDaemon(directory.file('d.sock'));
    try {
      expect(await made('shapes-consumer.php', ECHOED, directory.file('d.sock'))).toEqual({
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
        stale: ['shapes.refused', 'not today', { reason: 7 }, 50, 'the whole value: expected object, got array'],
      });
      await until(() => streams.left === 1, { what: 'the stream that was left has ended' });
    } finally {
      await server.abort();
    }
  });

  it('takes hostile text for the text that it is', async () => {
    expect(await made('hostile-consumer.php', HOSTILE_TEXTS.length)).toEqual(
      HOSTILE_TEXTS.map((text) => ({
        request: { documented: '', constant: text, choice: { kind: text } },
        status: text,
      })),
    );
  });

  it(`of any contract reads every valid value and writes it as it was (SEED=${SEED})`, async () => {
    const written = (await made('random-consumer.php', CONTRACTS)) as readonly object[];
    expect(written).toHaveLength(CONTRACTS.length);
    for (const [index, { text, requests, answers, items }] of CONTRACTS.entries()) {
      expect(written[index], text).toEqual({ requests, answers, items });
    }
  });

  it(`takes for a time what the daemon does (SEED=${SEED})`, async () => {
    const [times = []] = fc.sample(randomTimes(5_000), { seed: SEED, numRuns: 1 });
    const schema = z.iso.datetime({ offset: true });
    const taken = times.filter((time) => schema.safeParse(time).success);
    const read = (await made('times-consumer.php', times)) as readonly boolean[];
    expect(times.filter((_, index) => read[index])).toEqual(taken);
    expect([taken.length > 500, times.length - taken.length > 500]).toEqual([true, true]);
  });

  it(`of any contract declares each class once, and is clean to analysis at its strictest (SEED=${SEED})`, async () => {
    await project.load();
    await project.analyse('shapes-consumer.php', 'guide.php', 'guide-fake.php');
  });

  it('has a fake that is used as the guide says', async () => {
    expect(await project.run('guide-fake.php')).toBe('done');
  });

  it('is in the style of PER', async () => {
    await project.checkStyle('Ipc', 'IpcDaemon', 'Names');
  });
});
