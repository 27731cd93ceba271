import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contractHash } from '../contract-hash';
import { ContractError } from '../contract-error';
import { normalForm, type NormalForm } from '../schema/normal-form';
import { closedValidator, validator } from '../testing/json-schema-validator';
import { mutated } from '../testing/mutation';
import { randomSchema } from '../testing/random-schema';
import { randomValue } from '../testing/random-value';
import { compareSchemas } from './schema-comparison';

const mutation = fc.record({ part: fc.nat({ max: 40 }), kind: fc.nat({ max: 12 }) });

/** A schema with types T and U, and one that is near to it. What the contract library refuses is left out. */
const pair = fc
  .record({ schema: randomSchema, T: randomSchema, U: randomSchema })
  .filter((parts) => normalFormOf(parts) !== undefined)
  .chain((parts) =>
    fc
      .array(mutation, { minLength: 1, maxLength: 2 })
      .map((mutations) => [parts, mutations.reduce<unknown>(mutated, parts)]),
  )
  .map((both) => both.map(normalFormOf))
  .filter((forms): forms is [NormalForm, NormalForm] => !forms.includes(undefined))
  .filter(([older, newer]) => contractHash(older.schema) !== contractHash(newer.schema));

function normalFormOf(parts: unknown): NormalForm | undefined {
  const { schema, T, U } = parts as Record<string, unknown>;
  try {
    return normalForm(schema, '', { types: { T, U } });
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
}

/** A pair, and data for the one that sends. */
const exchange = pair.chain(([older, newer]) =>
  fc.tuple(
    fc.constant({ older, newer }),
    fc.constantFrom('request' as const, 'response' as const),
    fc.array(fc.oneof(randomValue(older.schema, older.types), randomValue(newer.schema, newer.types)), {
      minLength: 1,
      maxLength: 8,
    }),
  ),
);

test(
  'what fits the old request fits a compatible new one, and what fits a compatible new response fits the old one',
  { timeout: 60_000 },
  () => {
    const seen = { compatible: 0, values: 0, incompatible: 0, shown: 0 };
    fc.assert(
      fc.property(exchange, ([{ older, newer }, role, values]) => {
        const compatible = compareSchemas(older, newer, role, '').every(({ level }) => level !== 'breaking');
        const [inner, outer] = role === 'request' ? [older, newer] : [newer, older];
        const sent = values.filter(closedValidator(inner.schema, inner.types));
        seen[compatible ? 'compatible' : 'incompatible']++;
        if (sent.length === 0) return;
        const takes = validator(outer.schema, outer.types);
        const lost = sent.filter((value) => !takes(value));
        if (compatible) {
          seen.values += sent.length;
          expect(lost).toEqual([]);
        } else if (lost.length > 0) seen.shown++;
      }),
      { numRuns: 200 },
    );
    console.log('pairs, values tried, and incompatible pairs that a value shows to be so:', seen);
    expect(seen.values).toBeGreaterThan(30);
    expect(seen.shown).toBeGreaterThan(5);
  },
);
