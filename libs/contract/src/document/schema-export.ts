import { ContractError, type ContractProblem } from '../contract-error';
import type { ContractSchema } from '../contract-schema';
import { jsonPointer, pointerKeys } from '../json-pointer';
import type { StandardJsonSchemaConverter } from '../standard-schema';
import { arktypeOptions, GAP, morphsOf, valibotOptions, withoutJson, type Gap } from './schema-gap';

const TARGET = 'draft-2020-12';

/** What makes libraries mark what they cannot export, by vendor. Zod is asked only when it has thrown. */
const OPTIONS: Readonly<Record<string, Record<string, unknown> | undefined>> = {
  arktype: arktypeOptions,
  valibot: valibotOptions,
};

/**
 * The JSON Schema of what goes into `schema` or comes out of it, as its library exports it.
 *
 * @param at Where the schema stands, for problems.
 * @throws ContractError with a problem for each part that JSON Schema cannot say, or for the whole where the library does
 *   not tell the part
 */
export function exportedSchema(schema: ContractSchema, io: 'input' | 'output', at: string): Record<string, unknown> {
  const { jsonSchema, vendor } = schema['~standard'];
  let exported: Record<string, unknown>;
  let morphs: unknown;
  try {
    exported = jsonSchema[io]({ target: TARGET, libraryOptions: OPTIONS[vendor] });
    morphs = io === 'output' && vendor === 'arktype' ? morphsOf(schema) : undefined;
  } catch (error) {
    const problems = problemsOfZod(jsonSchema[io], at);
    const message = error instanceof Error ? error.message : String(error);
    throw new ContractError(problems.length > 0 ? problems : [{ path: at, ...withoutJson(message) }]);
  }
  const problems = new Map([...gaps(exported, at), ...gaps(morphs, at)]);
  if (problems.size === 0) return exported;
  throw new ContractError(Array.from(problems, ([path, gap]) => ({ path, ...gap })));
}

/** Zod tells the paths to whoever asks; another library throws again, or says nothing. */
function problemsOfZod(convert: StandardJsonSchemaConverter['input'], at: string): ContractProblem[] {
  const problems: ContractProblem[] = [];
  const unrepresentable = ({ path, message }: { path: readonly PropertyKey[]; message: string }): 'any' => {
    problems.push({ path: `${at}${jsonPointer(...path.map(String))}`, ...withoutJson(message) });
    return 'any';
  };
  try {
    convert({ target: TARGET, libraryOptions: { unrepresentable } });
  } catch {
    // It has thrown before, and what it said then is told.
  }
  return problems;
}

/** Every gap that is marked in an exported schema, by its path; in a type that is referred to, where it is used first. */
function gaps(exported: unknown, at: string): Map<string, Gap> {
  const { $defs } = Object(exported) as { readonly $defs?: Readonly<Record<string, unknown>> };
  const seen = new Set<unknown>();
  const found = new Map<string, Gap>();
  const visit = (part: unknown, path: string): void => {
    if (typeof part !== 'object' || part === null || seen.has(part)) return;
    seen.add(part);
    const { [GAP]: gap } = part as { readonly [GAP]?: Gap };
    if (gap !== undefined) found.set(path, gap);
    for (const [key, value] of Object.entries(part)) {
      if (key === '$ref') visit($defs?.[pointerKeys(String(value)).at(-1) ?? ''], path);
      else if (key !== '$defs') visit(value, `${path}${jsonPointer(key)}`);
    }
  };
  visit(exported, at);
  return found;
}
