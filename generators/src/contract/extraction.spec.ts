import { serializeContractDocument } from '@pixl-ipc/contract';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contractDocumentText } from './document-text';
import { extractContract } from './extraction';

const ROOT = join(__dirname, '../../..');
const CONTRACT = `import { endpoint } from '@pixl-ipc/contract';
import { z } from 'zod';

/** Says hello. */
export default endpoint('/myapi/test', {
  request: z.object({ welcome: z.int(), name: z.string().optional() }),
  response: z.object({ hello: z.string() }),
});
`;

let cwd: string;
beforeEach(() => {
  // Within the workspace, where the packages are found.
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  cwd = mkdtempSync(join(ROOT, '.cache/extraction-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function extract(files: Readonly<Record<string, string>>, where = cwd) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(where, path)), { recursive: true });
    writeFileSync(join(where, path), text);
  }
  return extractContract({
    cwd: where,
    service: { name: 'orders', version: '1.2.3' },
    files: Object.keys(files),
    conditions: ['@pixl-ipc/source'],
  });
}

describe('reading contracts', () => {
  test('gives their document, as the contract library writes it, from CommonJS and ESM', async () => {
    writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
    const document = await extract({ 'a/test.contract.ts': CONTRACT });
    expect(document).toMatchObject({
      pixlIpc: 1,
      service: { name: 'orders', version: '1.2.3' },
      endpoints: {
        '/myapi/test': { summary: 'Says hello.', hash: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown },
      },
    });
    expect(contractDocumentText(document)).toBe(serializeContractDocument(document));
    writeFileSync(join(cwd, 'package.json'), '{}');
    expect(await extract({ 'a/test.contract.ts': CONTRACT })).toEqual(document);
  });

  test('fails with the file, the place and the remedy of every contract that is wrong', async () => {
    const failure = extract({
      'a.contract.ts': CONTRACT.replace('z.int()', 'z.tuple([z.int()])'),
      'b.contract.ts': 'throw new Error("not today");',
    });
    await expect(failure).rejects.toThrow(/b\.contract\.ts: cannot be imported: not today/);
  });

  test('says what to install where the contract library is missing', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'pixl-ipc-extraction-'));
    try {
      await expect(extract({ 'a.contract.ts': CONTRACT }, elsewhere)).rejects.toThrow(
        /^the contract: tsx is not installed where .* finds it; run "nx g pixl-ipc:init"$/,
      );
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });
});
