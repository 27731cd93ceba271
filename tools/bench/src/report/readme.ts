import type { Results } from '../results';

/** What stands around the generated part of a page. */
const BEGIN = '<!-- npm run bench -- --write: begin -->';
const END = '<!-- npm run bench -- --write: end -->';

/** The charts that `--write` draws, seen from the README. */
const PICTURE = `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="docs/images/bench-dark.svg">
  <img alt="Round trips by size and requests in a second, pixl-ipc beside its peers" src="docs/images/bench-light.svg">
</picture>`;

/** Sizes of the original's own table. */
const SIZES = ['1K', '5K', '10K', '20K', '100K'];

/** Rows of the table: the two languages, and what they are held against. */
const ROWS = [
  ['pixl-ipc', 'Node.js'],
  ['php-pixl-ipc', 'PHP'],
  ['floor', 'naive `net` + JSON, Node.js'],
  ['php-floor', 'naive `fwrite` + `fgets`, PHP'],
] as const;

/**
 * The README's part: the chart, and a round trip in milliseconds by size of the message each way.
 *
 * @throws Error if the run has not measured it
 */
export function readmePart({ cells, machine }: Results): string {
  const rows = ROWS.flatMap(([system, title]) => {
    const times = SIZES.map(
      (size) =>
        cells.find((result) => result.scenario === 'serial' && result.system === system && result.cell === size)
          ?.figures.p50,
    );
    const texts = times.flatMap((time) => (time === undefined ? [] : [(time / 1_000).toFixed(3)]));
    return texts.length === SIZES.length ? [`| ${[title, ...texts].join(' | ')} |`] : [];
  });
  if (rows.length === 0) throw new Error('the table of the README needs the scenario serial and the system pixl-ipc');
  const php = machine.php === null ? '' : `, PHP ${machine.php}`;
  return [
    PICTURE,
    '',
    `| round trip, ms | ${SIZES.join(' | ')} |`,
    `| --- |${' --: |'.repeat(SIZES.length)}`,
    ...rows,
    '',
    `Medians on ${machine.cpus} CPUs (${machine.cpu}), Node.js ${machine.node}${php}, both processes on one CPU.`,
  ].join('\n');
}

/**
 * `page` with `part` between its markers.
 *
 * @throws Error if the page has no markers
 */
export function withGeneratedPart(page: string, part: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`the page has no lines ${BEGIN} and ${END} to write between`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${part}\n\n${page.slice(end)}`;
}
