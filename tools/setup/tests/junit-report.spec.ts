import { describe, expect, it } from 'vitest';
import { readJunitReport } from './junit-report.mjs';

const report = (tests: number, cases: string) => `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="unit" tests="${tests}" assertions="9" errors="0" failures="0" skipped="0" time="0.1">
    <testsuite name="ClientTest" tests="${tests}">${cases}</testsuite>
  </testsuite>
</testsuites>
`;
const passed = '<testcase name="a &gt; b" class="ClientTest" time="0.01"/>';
const failed = '<testcase name="b"><failure type="x">expected &lt;skipped/&gt;</failure></testcase>';
const broken = '<testcase name="c"><error type="x">boom</error><error type="x">again</error></testcase>';
const skipped = '<testcase name="d"><skipped/></testcase>';
const talkative = '<testcase name="e > f"><system-out>hello</system-out></testcase>';

describe('readJunitReport', () => {
  it('counts each test once, by its worst end', () => {
    expect(readJunitReport(report(5, passed + failed + broken + skipped + talkative))).toMatchObject({
      passed: 2,
      failures: [{ title: 'b' }, { title: 'c' }],
      skipped: 1,
    });
  });

  it.each([
    [
      'a failure as PHPUnit writes it',
      `<testcase name="testFrame with data set &quot;a &gt; b&quot;" file="/repo/php/tests/FrameTest.php" line="14" class="Pixl\\FrameTest" classname="Pixl.FrameTest">
  <failure type="PHPUnit\\AssertionFailedError">Pixl\\FrameTest::testFrame with data set "a &gt; b"
Failed asserting that &#039;&lt;x/&gt;&#x27; is null.

/repo/php/tests/FrameTest.php:20</failure></testcase>`,
      {
        title: 'Pixl\\FrameTest::testFrame with data set "a > b"',
        message: "Failed asserting that '<x/>' is null.\n\n/repo/php/tests/FrameTest.php:20",
        file: '/repo/php/tests/FrameTest.php',
      },
    ],
    ['the first of two errors', broken, { title: 'c', message: 'boom', file: null }],
    [
      'a failure without a message',
      '<testcase name="d"><failure type="x"/></testcase>',
      { title: 'd', message: '', file: null },
    ],
  ])('names %s', (_, testcase, failure) => {
    expect(readJunitReport(report(1, testcase)).failures).toEqual([failure]);
  });

  it.each([
    ['text that breaks off', report(1, passed).slice(0, -20)],
    ['an empty file', ''],
    ['fewer tests than announced', report(2, passed)],
  ])('refuses %s', (_, text) => {
    expect(() => readJunitReport(text)).toThrow();
  });
});
