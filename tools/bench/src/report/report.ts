import type { Figures } from '../processes/contestant';
import type { CellResult, Results } from '../results';
import { standing, targetsOf } from './targets';
import { figureText, ratioText, textTable } from './text-table';

/** All of a run as text: ratios first, because only they outlive the run. */
export function reportText(results: Results): string {
  const { machine, quick, skipped } = results;
  const php = machine.php === null ? 'no PHP' : `PHP ${machine.php}`;
  return [
    `Node.js ${machine.node}, ${php}, ${machine.cpus} CPUs (${machine.cpu})`,
    'Ratios (×) are to the naive floor: net + JSON and nothing else, in PHP fwrite + fgets against the same.',
    ...(quick ? ['A quick run: every figure is rough.'] : []),
    ...skipped.map(({ name, reason }) => `Left out: ${name}, because ${reason}.`),
    ...cellTables(results, 'serial', [
      ['Serial, p50', 'p50', 'µs'],
      ['Serial, p99', 'p99', 'µs'],
      ['Serial, server CPU for a request', 'serverCpu', 'µs'],
    ]),
    ...cellTables(results, 'pipelined', [
      ['Pipelined, requests in a second', 'perSecond', '/s'],
      ['Pipelined, server CPU for a request', 'serverCpu', 'µs'],
      ['Pipelined, p99', 'p99', 'µs'],
    ]),
    ...curveTables(results),
    ...idleTable(results),
    ...startUpTable(results),
    ...targetTable(results),
  ].join('\n');
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length < 2 ? [] : ['', title, textTable(rows)];
}

function cellTables(
  { cells, systems }: Results,
  scenario: CellResult['scenario'],
  tables: readonly (readonly [title: string, metric: keyof Figures, unit: string])[],
): string[] {
  const measured = cells.filter((result) => result.scenario === scenario);
  const names = [...new Set(measured.map(({ cell }) => cell))];
  const rows = (textOf: (result: CellResult) => string): string[][] =>
    systems.flatMap(({ name, title }) => {
      const own = measured.filter(({ system }) => system === name);
      return own.length === 0 ? [] : [[title, ...own.map(textOf)]];
    });
  return tables.flatMap(([title, metric, unit]) => [
    ...section(`${title}, × naive floor`, [['', ...names], ...rows(({ ratios }) => ratioText(ratios[metric]))]),
    ...section(`${title}, ${unit}`, [['', ...names], ...rows(({ figures }) => figureText(figures[metric]))]),
  ]);
}

function curveTables({ curves, systems }: Results): string[] {
  return [...new Set(curves.map(({ curve }) => curve))].flatMap((name) => {
    const own = curves.filter(({ curve }) => curve === name);
    const [first] = own;
    if (!first) return [];
    return section(`How cost grows with ${name}: ${first.unit}`, [
      ['', ...first.points.map(({ at }) => at), 'grows'],
      ...own.map(({ system, points }) => [
        systems.find((listed) => listed.name === system)?.title ?? system,
        ...points.map(({ value }) => figureText(value)),
        ratioText(growth(points.map(({ value }) => value))),
      ]),
    ]);
  });
}

/** How many times more it costs, at most, further along than anywhere before; 1 where it never costs more. */
export function growth(values: readonly number[]): number {
  return Math.max(1, ...values.flatMap((value, at) => values.slice(0, at).map((earlier) => value / earlier)));
}

function idleTable({ idle, systems }: Results): string[] {
  return section('Memory of the server for an idle connection', [
    ['', 'KB'],
    ...idle.map(({ system, bytes }) => [titleOf(systems, system), figureText(bytes / 1_024)]),
  ]);
}

function startUpTable({ startUp, systems }: Results): string[] {
  return section('Start-up: a module loaded; from the start of a process, server and client, to its first reply', [
    ['', 'ms', 'files loaded'],
    ...startUp.map(({ what, name, ms, modules }) => [
      what === 'require' ? `require('${name}')` : `first call, ${titleOf(systems, name)}`,
      figureText(ms),
      String(modules),
    ]),
  ]);
}

function targetTable(results: Results): string[] {
  return section('Targets', [
    ['', 'measured', 'at least', 'aim', ''],
    ...targetsOf(results).map((target) => {
      const sign = target.bound === 'at most' ? '≤' : '≥';
      const text = (value: number): string => `${value.toFixed(2)} ${target.unit}`;
      return [
        `${titleOf(results.systems, target.system)}: ${target.what}`,
        text(target.value),
        `${sign} ${text(target.least)}`,
        `${sign} ${text(target.aim)}`,
        standing(target),
      ];
    }),
  ]);
}

function titleOf(systems: Results['systems'], name: string): string {
  return systems.find((system) => system.name === name)?.title ?? name;
}
