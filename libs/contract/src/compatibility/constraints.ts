import { isMap } from '../schema/children';
import type { ArraySchema, MapSchema, NumberSchema, PlainSchema, StringSchema } from '../schema/schema';
import { isStandardFormat } from '../schema/standard-format';
import { valuesOf } from './schema-words';

/** Something in which `inner` allows more than `outer`, with what either says of it; undefined where it says nothing. */
export interface ConstraintGap {
  readonly what: string;
  readonly inner: unknown;
  readonly outer: unknown;
}

/**
 * The constraints of `outer` that not everything under `inner` obeys, as far as can be told without trying values: a
 * pattern or a format is obeyed only by the same one.
 *
 * @param inner Of the same JSON type as `outer`, which names no values.
 */
export function constraintGaps(inner: PlainSchema, outer: PlainSchema): ConstraintGap[] {
  if (!('type' in inner) || !('type' in outer)) return [];
  if (inner.type === 'string' && outer.type === 'string') return stringGaps(inner, outer);
  if (isNumber(inner) && isNumber(outer)) return numberGaps(inner, outer);
  if (inner.type === 'array' && outer.type === 'array') return arrayGaps(inner, outer);
  return isMap(inner) && isMap(outer) ? mapGaps(inner, outer) : [];
}

function stringGaps(inner: StringSchema, outer: StringSchema): ConstraintGap[] {
  const lengths = valuesOf(inner)?.map((value) => Array.from(String(value)).length);
  const { minLength, maxLength } =
    lengths === undefined ? inner : { minLength: Math.min(...lengths), maxLength: Math.max(...lengths) };
  return [
    ...same('format', inner.format, outer.format),
    ...patternGaps(inner, outer),
    ...same('contentEncoding', inner.contentEncoding, outer.contentEncoding),
    ...same('contentMediaType', inner.contentMediaType, outer.contentMediaType),
    ...atLeast('minLength', minLength, outer.minLength),
    ...atMost('maxLength', maxLength, outer.maxLength),
  ];
}

/** No pattern beside a standard format is the format's own: a pattern that is gone may have allowed more than it. */
function patternGaps(inner: StringSchema, outer: StringSchema): ConstraintGap[] {
  const hasOwn = inner.format === outer.format && isStandardFormat(outer.format);
  const own = hasOwn ? `that of ${outer.format}` : undefined;
  return same('pattern', inner.pattern ?? own, outer.pattern ?? own);
}

function numberGaps(inner: NumberSchema, outer: NumberSchema): ConstraintGap[] {
  const step = inner.const ?? inner.multipleOf;
  const { multipleOf } = outer;
  const multiple = multipleOf === undefined || (step !== undefined && step % multipleOf === 0);
  return [
    ...bounded('lower bound', lowerBound(inner), lowerBound(outer), inner),
    ...bounded('upper bound', upperBound(inner), upperBound(outer), inner),
    ...(multiple ? [] : [{ what: 'multipleOf', inner: step, outer: multipleOf }]),
  ];
}

function arrayGaps(inner: ArraySchema, outer: ArraySchema): ConstraintGap[] {
  return [
    ...atLeast('minItems', inner.minItems, outer.minItems),
    ...atMost('maxItems', inner.maxItems, outer.maxItems),
    ...same('uniqueItems', inner.uniqueItems, outer.uniqueItems),
  ];
}

function mapGaps(inner: MapSchema, outer: MapSchema): ConstraintGap[] {
  return [
    ...atLeast('minProperties', inner.minProperties, outer.minProperties),
    ...atMost('maxProperties', inner.maxProperties, outer.maxProperties),
  ];
}

function same(what: string, inner: unknown, outer: unknown): ConstraintGap[] {
  return outer === undefined || inner === outer ? [] : [{ what, inner, outer }];
}

function atLeast(what: string, inner: number | undefined, outer: number | undefined): ConstraintGap[] {
  return outer === undefined || (inner !== undefined && inner >= outer) ? [] : [{ what, inner, outer }];
}

function atMost(what: string, inner: number | undefined, outer: number | undefined): ConstraintGap[] {
  return outer === undefined || (inner !== undefined && inner <= outer) ? [] : [{ what, inner, outer }];
}

/** One end of a range: `tightness` is the larger the less it allows. */
interface Bound {
  readonly tightness: number;
  /** Whether the end itself is outside. */
  readonly open: boolean;
  readonly words: string | undefined;
}

function bounded(what: string, inner: Bound, outer: Bound, { type }: NumberSchema): ConstraintGap[] {
  // What is sent is whole numbers: above 0 begins at 1.
  const isLooser = type === 'integer' ? firstWhole(inner) < firstWhole(outer) : isLooserThan(inner, outer);
  return isLooser ? [{ what, inner: inner.words, outer: outer.words }] : [];
}

function isLooserThan(inner: Bound, outer: Bound): boolean {
  return inner.tightness < outer.tightness || (inner.tightness === outer.tightness && outer.open && !inner.open);
}

/** The tightness of the first whole number inside. */
function firstWhole({ tightness, open }: Bound): number {
  return open ? Math.floor(tightness) + 1 : Math.ceil(tightness);
}

function lowerBound({ const: value, minimum = value, exclusiveMinimum }: NumberSchema): Bound {
  if (exclusiveMinimum !== undefined && exclusiveMinimum >= (minimum ?? -Infinity)) {
    return { tightness: exclusiveMinimum, open: true, words: `> ${exclusiveMinimum}` };
  }
  return { tightness: minimum ?? -Infinity, open: false, words: minimum === undefined ? undefined : `>= ${minimum}` };
}

function upperBound({ const: value, maximum = value, exclusiveMaximum }: NumberSchema): Bound {
  if (exclusiveMaximum !== undefined && exclusiveMaximum <= (maximum ?? Infinity)) {
    return { tightness: -exclusiveMaximum, open: true, words: `< ${exclusiveMaximum}` };
  }
  return { tightness: -(maximum ?? Infinity), open: false, words: maximum === undefined ? undefined : `<= ${maximum}` };
}

function isNumber(schema: PlainSchema): schema is NumberSchema {
  return 'type' in schema && (schema.type === 'number' || schema.type === 'integer');
}
