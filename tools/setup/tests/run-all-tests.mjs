import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { nx } from '../nx-command.mjs';
import { sumUp } from './closing-line.mjs';
import { readJunitReport } from './junit-report.mjs';
import { countOne, taskOutcomes } from './task-outcomes.mjs';
import { readVitestReport } from './vitest-report.mjs';

const REPORTS = '.cache/reports';
const TASK_RESULTS = '.cache/task-results.json';
const GRAPH = '.cache/graph.json';
/**
 * Many end-to-end tests measure, so they run after everything else; those of a project that measures run alone, which
 * its `parallelism` says. Lint, types and build are those of the whole workspace: what they read before the first file takes
 * longer than the files of one project. So what Nx would build before the end-to-end tests is built.
 */
const ROUNDS = [
  {
    targets: ['check-all', 'format-all', 'build-all', 'test'],
    flags: ['--parallel=3', '--outputStyle=static'],
  },
  { targets: ['e2e'], flags: ['--parallel=2', '--outputStyle=stream', '--excludeTaskDependencies'] },
];
/**
 * Snapshots are not written, `.only` is refused, sync generators do not change files. Nx would force colours upon its
 * tasks, and so upon the output of every process that a test starts and reads.
 */
const CI = { CI: 'true', FORCE_COLOR: 'false' };
/** A process that is about to end at the end of the tests may take this long. */
const LEFTOVER_PATIENCE_MS = 5_000;

/** @type {readonly (readonly [string, import('./report.mjs').ReportReader])[]} */
const REPORT_READERS = [
  ['json', readVitestReport],
  ['xml', readJunitReport],
];

/**
 * Runs every check of every project, whatever fails on the way, and closes with the line `N passed, N failed`.
 *
 * @param {string} root
 * @param {import('../processes/command-runner.mjs').CommandRunner} runner
 * @returns {Promise<number>} the exit status
 */
export async function runAllTests(root, runner) {
  // What an earlier run left here must not count for this one.
  for (const stale of [REPORTS, TASK_RESULTS, GRAPH]) rmSync(join(root, stale), { recursive: true, force: true });
  mkdirSync(join(root, REPORTS), { recursive: true });

  headline('generated files');
  const outcomes = [countOne('nx sync:check', exitProblem(await runner.run(nx('sync:check'))))];

  headline('projects');
  const graphStatus = await runner.run(nx('graph', `--file=${GRAPH}`));
  if (graphStatus !== 0) outcomes.push(countOne('nx graph', exitProblem(graphStatus)));
  const projects = graphStatus === 0 ? projectsOf(readFileSync(join(root, GRAPH), 'utf8')) : [];

  for (const { targets, flags } of ROUNDS) {
    const expected = projects.flatMap(({ name, targets: own }) =>
      targets.filter((target) => own.includes(target)).map((target) => ({ project: name, target })),
    );
    if (expected.length === 0) continue;
    headline(targets.join(', '));
    const command = nx('run-many', '--targets', targets.join(), ...flags);
    const status = await runner.run({
      ...command,
      env: { ...command.env, ...CI, PIXL_IPC_TASK_RESULTS: join(root, TASK_RESULTS) },
    });
    const round = taskOutcomes({
      expected,
      results: takeTaskResults(join(root, TASK_RESULTS)),
      readReport: (project, target) => readReport(root, `${project}.${target}`),
    });
    outcomes.push(...round);
    if (status !== 0 && round.every(({ failed }) => failed === 0)) {
      outcomes.push(countOne(`nx run-many ${targets.join()}`, exitProblem(status)));
    }
  }

  const leftovers = await runner.endLeftovers({ patienceMs: LEFTOVER_PATIENCE_MS });
  outcomes.push(...leftovers.map((commandLine) => countOne(`outlived the tests: ${commandLine}`, 'had to be ended')));

  const stopStatus = runner.stopStatus();
  if (stopStatus !== null) outcomes.push(countOne('npm test', 'stopped by a signal'));
  const { failures, closingLine, exitStatus } = sumUp(outcomes);
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((line) => `  ${line}`).join('\n')}`);
  console.log(`\n${closingLine}`);
  return stopStatus ?? exitStatus;
}

/** @param {string} title */
function headline(title) {
  console.log(`\n── ${title} ──`);
}

/** @param {number} status */
function exitProblem(status) {
  return status === 0 ? null : `exit status ${status}`;
}

/**
 * @param {string} graphText as `nx graph --file` writes it
 * @returns {{ name: string, targets: string[] }[]}
 */
function projectsOf(graphText) {
  /** @type {Record<string, { data: { targets?: object } }>} */
  const nodes = JSON.parse(graphText).graph.nodes;
  return Object.entries(nodes).map(([name, { data }]) => ({ name, targets: Object.keys(data.targets ?? {}) }));
}

/**
 * What task-results-plugin.mjs wrote in the round that just ended; nothing if Nx did not come that far.
 *
 * @param {string} path
 * @returns {import('./task-outcomes.mjs').TaskResult[]}
 */
function takeTaskResults(path) {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  try {
    return JSON.parse(text);
  } catch {
    // Broken off in the middle: without a result every task of the round counts as failed.
    return [];
  }
}

/**
 * @param {string} root
 * @param {string} name
 * @returns {import('./report.mjs').TestReport} its files are relative to `root`
 */
function readReport(root, name) {
  for (const [extension, read] of REPORT_READERS) {
    const path = join(root, REPORTS, `${name}.${extension}`);
    if (!existsSync(path)) continue;
    const report = read(readFileSync(path, 'utf8'));
    const inRoot = (/** @type {string | null} */ file) =>
      file !== null && isAbsolute(file) ? relative(root, file) : file;
    return { ...report, failures: report.failures.map((failure) => ({ ...failure, file: inRoot(failure.file) })) };
  }
  throw new Error(`${name}.json does not exist`);
}
