/**
 * How Nx says a task ended.
 *
 * @typedef {object} TaskResult
 * @property {string} project
 * @property {string} target
 * @property {string} status
 * @property {number | undefined} [code]
 */

/**
 * What one task, or one other check, adds to the sum.
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number} tests how many of these came out of a test runner's report
 * @property {string | null} problem why it failed, in words
 * @property {readonly import('./report.mjs').FailedTest[]} failures the failed tests of that report
 */

/** Also the names of Nx for a result out of its cache. */
const SUCCESSES = new Set(['success', 'local-cache', 'local-cache-kept-existing', 'remote-cache']);
/** The targets that run tests and leave a report; any other task counts as one. */
const REPORTED = new Set(['test', 'e2e']);

/**
 * Holds what should have run against what Nx and the reports say. Whatever is missing, unreadable or in contradiction
 * counts as failed.
 *
 * @param {object} input
 * @param {readonly { project: string, target: string }[]} input.expected
 * @param {readonly TaskResult[]} input.results
 * @param {(project: string, target: string) => import('./report.mjs').TestReport} input.readReport throws an Error when
 *   there is no whole report
 * @returns {Outcome[]} one for each expected task, in order
 */
export function taskOutcomes({ expected, results, readReport }) {
  return expected.map(({ project, target }) => {
    const name = `${project}:${target}`;
    const result = results.find((one) => one.project === project && one.target === target);
    const problem = taskProblem(result);
    if (!REPORTED.has(target)) return countOne(name, problem);
    if (result === undefined || result.status === 'skipped') return countOne(name, problem);
    try {
      return countReport(name, readReport(project, target), problem);
    } catch (error) {
      const unreadable = `no usable report: ${/** @type {Error} */ (error).message}`;
      return countOne(name, problem === null ? unreadable : `${problem}; ${unreadable}`);
    }
  });
}

/**
 * A check that passed or failed as a whole.
 *
 * @param {string} name
 * @param {string | null} problem null if it passed
 * @returns {Outcome}
 */
export function countOne(name, problem) {
  const [passed, failed] = problem === null ? [1, 0] : [0, 1];
  return { name, passed, failed, skipped: 0, tests: 0, problem, failures: [] };
}

/**
 * @param {string} name
 * @param {import('./report.mjs').TestReport} report
 * @param {string | null} taskProblem
 * @returns {Outcome}
 */
function countReport(name, { passed, failures, skipped }, taskProblem) {
  const failed = failures.length;
  const tests = passed + failed + skipped;
  /** @type {Outcome} */
  const outcome = { name, passed, failed, skipped, tests, problem: null, failures };
  if (failed > 0) return { ...outcome, problem: `${failed} of ${tests} failed` };
  if (taskProblem !== null)
    return {
      ...outcome,
      failed: 1,
      problem: `${taskProblem}, though its report has no failed test: see its output above`,
    };
  if (tests === 0) return { ...outcome, failed: 1, problem: 'its report has no test' };
  return outcome;
}

/**
 * @param {TaskResult | undefined} result
 * @returns {string | null}
 */
function taskProblem(result) {
  // Nx leaves out what it did not come to, most often because a task that it needs failed.
  if (result === undefined || result.status === 'skipped') return 'did not run';
  if (!SUCCESSES.has(result.status)) return `ended with ${result.status}, exit status ${result.code}`;
  return result.code === 0 || result.code === undefined ? null : `exit status ${result.code}`;
}
