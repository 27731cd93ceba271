import type { ContractProblem } from '../contract-error';

/** The key that marks a part of an exported schema with its {@link Gap}. A symbol, so that no schema has it of its own. */
export const GAP = Symbol('gap');

/** What is wrong with a part of a schema that JSON Schema cannot say. */
export type Gap = Pick<ContractProblem, 'reason' | 'remedy'>;

type Exported = object & { readonly [GAP]?: Gap };

/** A part of an arktype type that its export leaves out, with `base`, what is left. */
interface ArktypeGap {
  readonly code: string;
  readonly base: Exported;
  readonly domain?: string;
  readonly unit?: unknown;
  readonly proto?: { readonly name: string };
  /** What comes out of a morph; null where no type is declared for it. */
  readonly out?: object | null;
}

/** Without them arktype exports a Date, a Map and the like as `{}`, which is to say anything. */
export const arktypeOptions = { fallback: arktypeFallback };

/** Without them valibot throws at the first gap, and does not say where it is. */
export const valibotOptions = { overrideSchema: valibotOverride, overrideAction: valibotOverride };

/**
 * What an arktype type exports of itself with its morphs in it. Its export of what comes out calls the result of a morph
 * that declares none unknown, as what is unknown by declaration.
 */
export function morphsOf(schema: object): unknown {
  const { toJsonSchema } = schema as { toJsonSchema?: (this: object, options: object) => unknown };
  return toJsonSchema?.call(schema, arktypeOptions);
}

/** The gap of a part that has no JSON. */
export function withoutJson(message: string): Gap {
  return {
    reason: `has no JSON Schema: ${message.replace(/\.$/, '')}`,
    remedy: 'describe what travels as JSON, a date as a string of format date-time for one',
  };
}

function arktypeFallback(gap: ArktypeGap): object | undefined {
  switch (gap.code) {
    case 'defaultValue':
      return undefined;
    case 'predicate':
      // Whoever validates checks it.
      return gap.base;
    case 'morph':
      return gap.out ?? marked(gap.base, gapOf(gap));
    default:
      return marked(gap.base, gapOf(gap));
  }
}

function gapOf({ code, domain, unit, proto }: ArktypeGap): Gap {
  switch (code) {
    case 'morph':
      return {
        ...withoutJson('what its morph returns is not declared'),
        remedy: 'declare it, by .to("string") for one',
      };
    case 'arrayPostfix':
      return { reason: 'is a tuple', remedy: 'give its members names: make it an object' };
    case 'arrayObject':
      return { reason: 'is an array with further keys', remedy: 'put the array under a key of its own' };
    case 'patternIntersection':
      return { reason: 'has more than one pattern', remedy: 'write one pattern' };
    case 'symbolKey':
      return withoutJson('a symbol as a key');
    case 'unit':
      return unit === undefined
        ? { ...withoutJson('undefined'), remedy: 'leave undefined out, and make the key optional' }
        : withoutJson('a constant that JSON cannot write');
    default:
      return withoutJson(code === 'date' ? 'Date' : (domain ?? proto?.name ?? code));
  }
}

function valibotOverride(part: { readonly jsonSchema: Exported; readonly errors?: readonly string[] }): unknown {
  const [message] = part.errors ?? [];
  return message === undefined ? undefined : marked({ ...part.jsonSchema }, withoutJson(message));
}

/** The first gap stays: what a pipe has behind it is wrong because of it. */
function marked(part: Exported, gap: Gap): Exported {
  return Object.assign(part, { [GAP]: part[GAP] ?? gap });
}
