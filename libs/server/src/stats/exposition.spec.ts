import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrape } from '../../fixtures/scrape';
import { Exposition } from './exposition';

describe('an exposition', () => {
  it('says of each metric what it means and of which type it is, then its values', () => {
    const to = new Exposition()
      .gauge('open', 'Open now.', [[3]])
      .counter('errors_total', 'Errors, by code.', [
        [2, { code: 'internal' }],
        [1, { code: 'no_uri', at: '/x' }],
      ])
      .histogram('took_seconds', 'How long.', [
        { labels: { at: '/x' }, buckets: [[0.5, 1], [1, 4]], sum: 9.25, count: 6 }, // prettier-ignore
      ])
      .counter('unused_total', 'Nothing yet.', []);
    expect(to.text).toBe(`# HELP open Open now.
# TYPE open gauge
open 3
# HELP errors_total Errors, by code.
# TYPE errors_total counter
errors_total{code="internal"} 2
errors_total{code="no_uri",at="/x"} 1
# HELP took_seconds How long.
# TYPE took_seconds histogram
took_seconds_bucket{at="/x",le="0.5"} 1
took_seconds_bucket{at="/x",le="1"} 4
took_seconds_bucket{at="/x",le="+Inf"} 6
took_seconds_sum{at="/x"} 9.25
took_seconds_count{at="/x"} 6
# HELP unused_total Nothing yet.
# TYPE unused_total counter
`);
    expect(scrape(to.text).families.map(({ name, type }) => [name, type])).toEqual([
      ['open', 'GAUGE'],
      ['errors_total', 'COUNTER'],
      ['took_seconds', 'HISTOGRAM'],
      ['unused_total', 'COUNTER'],
    ]);
  });

  it('keeps whatever a label says, and stays one line a value', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('\\', '"', '\n', '{', '}', ',', '=', 'n', 'ü') }),
    );
    fc.assert(
      fc.property(text, (label) => {
        const { text: page } = new Exposition().gauge('x', 'X.', [[1, { label, last: 'yes' }]]);
        expect(page.split('\n')).toHaveLength(4);
        expect(scrape(page).samples).toEqual([
          { name: 'x', value: 1, labels: { label: label.toWellFormed(), last: 'yes' } },
        ]);
      }),
    );
  });

  it.each([
    ['a backslash and a new line', 'a\\b\nc', 'a\\\\b\\nc'],
    ['a quotation mark', 'a "b"', 'a "b"'],
  ])('escapes %s in a help text as the format asks', (_what, help, written) => {
    expect(new Exposition().gauge('x', help, []).text).toBe(`# HELP x ${written}\n# TYPE x gauge\n`);
  });

  it.each([
    [Infinity, '+Inf'],
    [1e21, '1e+21'],
    [0.000001, '0.000001'],
    [1e-9, '1e-9'],
    [2 ** 53 - 1, '9007199254740991'],
  ])('writes %d as %s', (value, written) => {
    expect(new Exposition().gauge('x', '.', [[value]]).text).toContain(`\nx ${written}\n`);
  });
});
