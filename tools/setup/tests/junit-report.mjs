/**
 * Reads a report in JUnit's XML, which PHPUnit writes. A test that failed more than once counts once.
 *
 * @type {import('./report.mjs').ReportReader}
 */
export function readJunitReport(text) {
  if (!/<\/testsuites>\s*$/.test(text)) throw new Error('not a whole JUnit report: it does not end in </testsuites>');
  let [passed, skipped] = [0, 0];
  /** @type {import('./report.mjs').FailedTest[]} */
  const failures = [];
  for (const [, attributes = '', body = ''] of text.matchAll(
    /<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([^]*?)<\/testcase>)/g,
  )) {
    const failure = /<(failure|error)\b(?:[^>"]|"[^"]*")*?(?:\/>|>([^]*?)<\/\1>)/.exec(body);
    if (failure !== null) failures.push(failedTest(attributes, failure[2] ?? ''));
    else if (/<skipped\b/.test(body)) skipped += 1;
    else passed += 1;
  }
  const announced = /<testsuite\b[^>]*?\btests="(\d+)"/.exec(text)?.[1];
  const tests = passed + failures.length + skipped;
  if (announced !== undefined && Number(announced) > tests) {
    throw new Error(`the report announces ${announced} tests and lists ${tests}`);
  }
  return { passed, failures, skipped };
}

/**
 * @param {string} attributes
 * @param {string} message
 * @returns {import('./report.mjs').FailedTest}
 */
function failedTest(attributes, message) {
  const values = Object.fromEntries(
    [...attributes.matchAll(/\b([\w:-]+)="([^"]*)"/g)].map(([, name, value = '']) => [name, unescaped(value)]),
  );
  const title = [values.class, values.name].filter((part) => part !== undefined).join('::');
  // PHPUnit repeats the title before the message.
  const [first, ...rest] = unescaped(message).trim().split('\n');
  return { title, message: first === title ? rest.join('\n') : [first, ...rest].join('\n'), file: values.file ?? null };
}

/** @param {string} xml */
function unescaped(xml) {
  const names = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return xml.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (entity, decimal, hexadecimal, name) => {
    if (name !== undefined) return Object.hasOwn(names, name) ? names[/** @type {'lt'} */ (name)] : entity;
    return String.fromCodePoint(decimal === undefined ? parseInt(hexadecimal, 16) : Number(decimal));
  });
}
