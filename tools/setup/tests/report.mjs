/**
 * What one test runner's report says.
 *
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {number} failed a file that could not be run counts as one
 * @property {number} skipped
 */

/** @typedef {(text: string) => TestCounts} ReportReader throws an Error when the text is no whole report */
