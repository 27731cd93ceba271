import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VERSIONS } from './versions';

const ROOT = join(__dirname, '../../..');
const manifest = (folder: string) =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly devDependencies: Readonly<Record<string, string>>;
  };

const foreign = Object.entries(VERSIONS).filter(([name]) => !/^(@pixl-ipc\/|pixl-ipc$)/.test(name));

test.each(foreign)('generated projects get the %s that this workspace is tested with', (name, range) => {
  expect(range).toBe(`^${manifest('.').devDependencies[name] ?? 'missing'}`);
});

test.each(['client', 'component', 'contract', 'server'] as const)('and @pixl-ipc/%s as it is here', (name) => {
  expect(VERSIONS[`@pixl-ipc/${name}`]).toBe(manifest(`libs/${name}`).version);
});
