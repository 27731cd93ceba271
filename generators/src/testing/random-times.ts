import fc from 'fast-check';

/** Texts that look like times in RFC 3339, about half of which are none. */
export function randomTimes(count: number): fc.Arbitrary<string[]> {
  const digits = (min: number, max: number, length = 2) =>
    fc.integer({ min, max }).map((value) => String(value).padStart(length, '0'));
  const day = fc.oneof(
    fc.tuple(digits(0, 9999, 4), digits(1, 12), digits(1, 31)),
    fc.tuple(fc.constantFrom('1900', '2000', '2023', '2024'), fc.constantFrom('02', '04'), digits(28, 31)),
    fc.tuple(digits(0, 10_000, 4), digits(0, 13), digits(0, 32)),
  );
  const clock = fc.oneof(
    fc.tuple(digits(0, 23), digits(0, 59), digits(0, 59)),
    fc.tuple(digits(22, 24), digits(58, 60), digits(58, 61)),
  );
  const fraction = fc.constantFrom('', '', '.5', '.123', '.123456789012', '.', ',5');
  const zone = fc.constantFrom(
    'Z',
    'Z',
    'z',
    '',
    '+00:00',
    '-00:00',
    '+05:30',
    '-23:59',
    '+24:00',
    '+0100',
    '+01',
    ' ',
  );
  const time = fc
    .tuple(day, fc.constantFrom('T', 'T', 'T', 't', ' '), clock, fraction, zone)
    .map(([date, separator, parts, rest, end]) => `${date.join('-')}${separator}${parts.join(':')}${rest}${end}`);
  return fc.array(time, { minLength: count, maxLength: count });
}
