import { stripVTControlCharacters } from 'node:util';

/** So that one task that broke as a whole does not hide the others. */
const SHOWN_PER_TASK = 20;
/** A message that prints what it compared may have a line of megabytes. */
const MESSAGE_LENGTH = 240;

/**
 * The failed tests of one task for a reader who has nothing else: where each stands, its title, what was wrong.
 *
 * @param {readonly import('./report.mjs').FailedTest[]} failures
 * @returns {string[]} lines
 */
export function failedTestLines(failures) {
  const lines = failures
    .slice(0, SHOWN_PER_TASK)
    .flatMap(({ title, message, file }) => [
      oneLine(file === null ? title : `${file}: ${title}`),
      `  ${cut(firstLine(message))}`,
    ]);
  const more = failures.length - SHOWN_PER_TASK;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

/** @param {string} text */
function firstLine(text) {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.find((line) => line.trim() !== '')?.trim() ?? 'without a message';
}

/** @param {string} text */
function oneLine(text) {
  return text.replaceAll(/\s+/g, ' ');
}

/** @param {string} line */
function cut(line) {
  return line.length > MESSAGE_LENGTH ? `${line.slice(0, MESSAGE_LENGTH)}…` : line;
}
