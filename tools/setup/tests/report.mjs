/**
 * What one test runner's report says.
 *
 * @typedef {object} TestReport
 * @property {number} passed
 * @property {readonly FailedTest[]} failures each failed test; a file that could not be run counts as one
 * @property {number} skipped
 */

/**
 * @typedef {object} FailedTest
 * @property {string} title with the titles of what it stands in
 * @property {string} message as the runner writes it; its first line is to say what was wrong
 * @property {string | null} file as the report names it; null where no file is to blame
 */

/** @typedef {(text: string) => TestReport} ReportReader throws an Error when the text is no whole report */
