import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueName, wordsName } from './value-name';

/** Words in every way in which they are written, few enough that names would often meet. */
const value = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', '1', '-', '_', ' ', '+', '<', '='), maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);

describe('the name of a value', () => {
  it.each([
    ['open', 'Open'],
    ['sold-out', 'SoldOut'],
    ['sold_out', 'Sold_Out'],
    ['phase_2', 'Phase_2'],
    ['soldOut', 'soldOut'],
    ['EUR', 'EUR'],
    ['SOLD_OUT', 'SOLD_OUT'],
    ['Open', 'Open_'],
    ['2fa', '_2fa'],
    ['A+', expect.stringMatching(/^APlus_x[0-9a-f]{8}$/)],
    ['A-', expect.stringMatching(/^AMinus_x[0-9a-f]{8}$/)],
    ['<=', expect.stringMatching(/^LessOrEqual_x[0-9a-f]{8}$/)],
    ['image/png', expect.stringMatching(/^ImagePng_x[0-9a-f]{8}$/)],
    ['', expect.stringMatching(/^Value_x[0-9a-f]{8}$/)],
    ['x'.repeat(5_000), expect.stringMatching(/^X(x{99})_x[0-9a-f]{8}$/)],
  ])('%j is %s', (text, name) => {
    expect(valueName(text)).toEqual(name);
  });

  it('is an identifier, and no other value has it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(value, { minLength: 2, maxLength: 40 }), (values) => {
        const names = values.map((each) => valueName(each));
        for (const name of names) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
        expect(new Set(names).size).toBe(values.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has a hash where a language has its plain name already', () => {
    expect(valueName('class', (name) => name !== 'Class')).toMatch(/^Class_x[0-9a-f]{8}$/);
  });
});

it.each([
  ['bank_transfer', /^BankTransfer$/],
  ['A+', /^APlus_x/],
  ['A-', /^AMinus_x/],
])('the member of a union that is told by %j is called %s', (constant, name) => {
  expect(wordsName(constant)).toMatch(name);
});
