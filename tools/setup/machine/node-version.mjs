/**
 * Whether this Node is new enough. Written in old syntax on purpose: old versions run it.
 *
 * @param {string} actual as in `process.versions.node`
 * @param {string} range as in `engines.node`, of the form `>=20.19`
 * @returns {string | null} what is wrong and what to do, or null
 */
export function nodeVersionProblem(actual, range) {
  const wanted = numbers(range);
  const have = numbers(actual);
  const difference = wanted.map((part, index) => (have[index] || 0) - part).find((part) => part !== 0);
  if (difference === undefined || difference > 0) return null;
  return (
    'Node.js is ' +
    actual +
    ', this project needs ' +
    range +
    '; install a newer one, for example from nodejs.org/download'
  );
}

/** @param {string} version */
function numbers(version) {
  return version
    .replace(/^[^0-9]+/, '')
    .split('.')
    .map(Number);
}
