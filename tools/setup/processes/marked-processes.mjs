import { readFileSync, readdirSync } from 'node:fs';

/**
 * @typedef {object} MarkedProcess
 * @property {number} pid
 * @property {string} commandLine
 */

/**
 * The living processes that carry `marker` in their environment: every descendant, also one that changed its parent,
 * its process group or its session, which a walk down the tree would miss. Finds none where there is no /proc.
 *
 * @param {string} marker a text that stands in no other environment
 * @returns {MarkedProcess[]} without the calling process
 */
export function markedProcesses(marker) {
  return processIds().flatMap((pid) => {
    if (pid === process.pid || isZombie(pid) || !read(pid, 'environ').includes(marker)) return [];
    return [{ pid, commandLine: read(pid, 'cmdline').replaceAll('\0', ' ').trim() }];
  });
}

/** @returns {number[]} */
function processIds() {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** @param {number} pid */
function isZombie(pid) {
  return /^State:\s+Z/m.test(read(pid, 'status'));
}

/**
 * Empty for a process that ended meanwhile or belongs to somebody else.
 *
 * @param {number} pid
 * @param {string} file
 */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
