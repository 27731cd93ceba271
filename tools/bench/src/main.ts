// `npm run bench`
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HELP, readArguments, UsageError } from './arguments';
import { chartSvg } from './report/chart';
import { readmePart, withGeneratedPart } from './report/readme';
import { reportText } from './report/report';
import type { Results } from './results';
import { runBench } from './run';
import { ROOT } from './systems/catalog';

const README = join(ROOT, 'README.md');
const IMAGES = join(ROOT, 'docs/images');

async function main(): Promise<void> {
  const wishes = readArguments(process.argv.slice(2));
  if (wishes.help) {
    process.stdout.write(HELP);
    return;
  }
  const started = performance.now();
  const say = (text: string): void => {
    const seconds = Math.round((performance.now() - started) / 1_000);
    process.stderr.write(`${String(seconds).padStart(4)} s  ${text}\n`);
  };
  const results = await runBench(wishes, say);
  say('done');
  process.stdout.write(wishes.json ? `${JSON.stringify(results, null, 2)}\n` : `${reportText(results)}\n`);
  if (wishes.write) await writeDocuments(results);
}

async function writeDocuments(results: Results): Promise<void> {
  const page = withGeneratedPart(readFileSync(README, 'utf8'), readmePart(results));
  const { format, resolveConfig } = await import('prettier');
  const formatted = await format(page, { ...(await resolveConfig(README)), parser: 'markdown' });
  const charts = (['light', 'dark'] as const).map((theme) => [theme, chartSvg(results, theme)] as const);
  mkdirSync(IMAGES, { recursive: true });
  for (const [theme, svg] of charts) writeFileSync(join(IMAGES, `bench-${theme}.svg`), svg);
  writeFileSync(README, formatted);
  process.stderr.write('wrote README.md and docs/images/bench-{light,dark}.svg\n');
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n`);
  else console.error(error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
