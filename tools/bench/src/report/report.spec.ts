import { describe, expect, test } from 'vitest';
import type { Figures } from '../processes/contestant';
import type { CellResult, Results } from '../results';
import { CELL_GROUPS } from '../workload/cell';
import { chartSvg } from './chart';
import { readmePart, withGeneratedPart } from './readme';
import { growth, reportText } from './report';
import { standing, targetsOf, type Target } from './targets';
import { figureText, ratioText, textTable } from './text-table';

/** A run in which every system is so many times as slow as its floor. */
function runOf(slowness: Readonly<Record<string, number>>): Results {
  const cellsOf = (system: string, times: number): CellResult[] =>
    CELL_GROUPS.flatMap(({ cells }) => cells).map(({ scenario, name: cell }, index) => {
      const figures = (by: number): Figures => ({ p50: by, p99: by, perSecond: 1 / by, serverCpu: by });
      return { scenario, cell, system, figures: figures(100 * times * (index + 1)), ratios: figures(times) };
    });
  const systems = Object.keys(slowness).map((name) => ({ name, title: `the ${name}`, floor: 'floor' }));
  return {
    machine: { node: '20.0.0', php: null, cpus: 2, cpu: 'some CPU' },
    finishedAt: '2026-01-01T00:00:00Z',
    quick: true,
    systems,
    skipped: [{ name: 'original', reason: 'nobody gave it' }],
    cells: Object.entries(slowness).flatMap(([system, times]) => cellsOf(system, times)),
    curves: [
      {
        curve: 'size',
        unit: 'µs per KB',
        system: 'pixl-ipc',
        points: [10, 4, 6].map((value, at) => ({ at: `${at}`, value })),
      },
    ],
    idle: Object.entries(slowness).map(([system, times]) => ({ system, bytes: 10_240 * times })),
    startUp: [{ what: 'require', name: 'pixl-ipc', ms: 12.34, modules: 56 }],
  };
}

const run = runOf({ 'pixl-ipc': 0.5, floor: 1, 'raw-net': 0.25, zeromq: 2, 'grpc-js': 30 });

describe('the report', () => {
  const text = reportText(run);

  test('says what was left out and why, and that a quick run is rough', () => {
    expect(text).toContain('Left out: original, because nobody gave it.');
    expect(text).toContain('every figure is rough');
  });

  test('shows ratios and figures of each system', () => {
    expect(text).toMatch(/^the zeromq +2\.00× .*2\.00×$/m);
    expect(text).toMatch(/^the pixl-ipc +50 +100 /m);
  });

  test('shows curves with what they grow by, memory and start-up', () => {
    expect(text).toMatch(/^the pixl-ipc +10 +4 +6 +1\.50×$/m);
    expect(text).toMatch(/^the grpc-js +300$/m);
    expect(text).toMatch(/^require\('pixl-ipc'\) +12\.3 +56$/m);
  });

  test('says of every target whether it is reached', () => {
    expect(text).toMatch(/the pixl-ipc: serial small, p50 ÷ naive floor +0\.50 × +≤ 1\.05 × +≤ 0\.80 × +aim$/m);
    expect(text).toMatch(/the pixl-ipc: serial 1M, p50 ÷ naive floor +0\.50 × +≤ 0\.40 × +≤ 0\.25 × +missed$/m);
    expect(text).toMatch(/the pixl-ipc: serial 1M, p50 ÷ zeromq +0\.25 × .*aim$/m);
  });
});

test.each<[Pick<Target, 'value' | 'bound'>, ReturnType<typeof standing>]>([
  [{ value: 2, bound: 'at most' }, 'aim'],
  [{ value: 3, bound: 'at most' }, 'least'],
  [{ value: 5, bound: 'at most' }, 'missed'],
])('a target of at most 4, or 2, stands at %j as %s', (measured, expected) => {
  expect(standing({ what: '', system: '', unit: '×', least: 4, aim: 2, ...measured })).toBe(expected);
});

test('a target of at least 20, or 40, is reached by 20', () => {
  expect(standing({ what: '', system: '', unit: '×', least: 20, aim: 40, value: 20, bound: 'at least' })).toBe('least');
});

test('targets of what was not measured are none', () => {
  expect(targetsOf({ ...run, cells: [], idle: [] })).toEqual([]);
});

test.each([
  [[5, 5, 5], 1],
  [[9, 3, 1], 1],
  [[9, 3, 6], 2],
])('%j grows by %d', (values, expected) => {
  expect(growth(values)).toBe(expected);
});

test('figures have three digits, ratios two behind the point', () => {
  expect([0.01234, 12.34, 123.4, 12_345.6, NaN].map(figureText)).toEqual(['0.0123', '12.3', '123', '12,346', '–']);
  expect([0.5, 9.999, 12.3, NaN].map(ratioText)).toEqual(['0.50×', '10.00×', '12×', '–']);
});

test('a text table has columns as wide as they must be', () => {
  expect(
    textTable([
      ['', 'one', '2'],
      ['first', '1', '22'],
    ]),
  ).toBe('       one   2\nfirst    1  22');
});

describe('the README', () => {
  const page =
    'before\n\n<!-- npm run bench -- --write: begin -->\nold\n<!-- npm run bench -- --write: end -->\n\nafter\n';

  test('gets the table between its markers, twice the same', () => {
    const once = withGeneratedPart(page, readmePart(run));
    expect(once).toMatch(
      /^before\n\n<!--[^\n]+-->\n\n<picture>[^]+<\/picture>\n\n\| round trip, ms \| 1K \| 5K \| 10K \| 20K \| 100K \|\n/,
    );
    expect(once).toContain('| Node.js | 0.100 | 0.150 | 0.200 | 0.250 | 0.300 |');
    expect(once).toMatch(/\n\n<!--[^\n]+-->\n\nafter\n$/);
    expect(once).not.toContain('old');
    expect(withGeneratedPart(once, readmePart(run))).toBe(once);
  });

  test('is left alone where it has no markers, or the run no figures for it', () => {
    expect(() => withGeneratedPart('no markers', 'part')).toThrow('has no lines');
    expect(() => readmePart({ ...run, cells: [] })).toThrow('needs the scenario serial');
  });
});

describe.each(['light', 'dark'] as const)('the %s chart', (theme) => {
  test('is an SVG that names every system drawn, without a background', () => {
    const svg = chartSvg(run, theme);
    expect(svg).toMatch(/^<svg [^>]+>[^]*<\/svg>\n$/);
    for (const name of ['pixl-ipc', 'floor', 'zeromq', 'grpc-js']) expect(svg).toContain(`>the ${name}</text>`);
    expect(svg).not.toContain('the raw-net');
    expect(svg).toMatch(/fill="(?:none|transparent)"/);
  });

  test('needs both scenarios and the system of this project', () => {
    const serialOnly = { ...run, cells: run.cells.filter(({ scenario }) => scenario === 'serial') };
    expect(() => chartSvg(serialOnly, theme)).toThrow('the chart needs');
    expect(() => chartSvg(runOf({ floor: 1 }), theme)).toThrow('the chart needs');
  });
});
