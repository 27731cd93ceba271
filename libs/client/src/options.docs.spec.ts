import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resolveIpcClientOptions } from './ipc-client-options';

const PAGE = readFileSync(join(__dirname, '../../../docs/guides/client.md'), 'utf8');
const { settings } = resolveIpcClientOptions({ socketPath: '/run/myapp/ipc.sock' });
const PLAIN = Object.entries(settings).filter(
  ([option, value]) => option !== 'socketPath' && (typeof value === 'number' || typeof value === 'string'),
);

/** The default that the table of options tells. */
function told(option: string): string | undefined {
  return new RegExp(`^\\| \`${option}\` +\\| (.*?) +\\|`, 'm').exec(PAGE)?.[1];
}

it.each(PLAIN)('docs/guides/client.md has the option %s with its default, %o', (option, value) => {
  const text = told(option)?.replaceAll('`', '') ?? '';
  const [, mebibytes] = /^(\d+) MiB$/.exec(text) ?? [];
  expect(mebibytes === undefined ? text : String(Number(mebibytes) * 1024 ** 2)).toBe(String(value));
});

it.each(['socketPath', 'transport', 'expectUid', 'interceptors', 'clock', 'random', 'newIdPrefix'])(
  'docs/guides/client.md has the option %s',
  (option) => {
    expect(PAGE.slice(PAGE.indexOf('\n## Options'), PAGE.indexOf('\n## Interceptors'))).toContain(`\`${option}\``);
  },
);
