import { parseArgs } from 'node:util';
import { CATALOG } from './systems/catalog';

/** Parts of a run. */
export const SCENARIOS = ['serial', 'pipelined', 'curves', 'idle', 'start-up'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** What the command line asked for. */
export interface BenchArguments {
  readonly help: boolean;
  readonly quick: boolean;
  readonly json: boolean;
  readonly write: boolean;
  readonly original: string | undefined;
  /** Names of the catalogue. */
  readonly systems: readonly string[];
  readonly scenarios: readonly Scenario[];
}

/** A command line that cannot be followed; the message says what to write. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `Measures pixl-ipc side by side with its peers.

  npm run bench                       everything, about 5 minutes
  npm run bench -- --quick            the same in less than one, only roughly right
  npm run bench -- --only NAME,…      these systems or scenarios only; may be repeated
  npm run bench -- --original FOLDER  with the original pixl-ipc, installed with its dependencies in FOLDER
  npm run bench -- --json             prints JSON instead of tables
  npm run bench -- --write            puts the table and the chart of the README in place
  npm run bench -- --help             this

Scenarios: ${SCENARIOS.join(', ')}.
Systems:   ${CATALOG.map(({ name }) => name).join(', ')}.

Absolute figures drift from run to run; only ratios within one run count. docs/performance.md says how it measures.
`;

/**
 * The arguments after the command's name → what to do. A floor takes part wherever a system is measured that is
 * compared with it.
 *
 * @throws UsageError naming the argument that is wrong and what there is
 */
export function readArguments(args: readonly string[]): BenchArguments {
  const { values } = parse(args);
  const known = new Set<string>([...SCENARIOS, ...CATALOG.map(({ name }) => name)]);
  const only = (values.only ?? []).flatMap((list) => list.split(',')).map((name) => name.trim());
  for (const name of only) {
    if (!known.has(name))
      throw new UsageError(`--only ${name} is no scenario and no system; there are ${[...known].join(', ')}`);
  }
  const chosen = CATALOG.filter(({ name }) => only.includes(name));
  const floors = new Set(chosen.map(({ floor }) => floor));
  const scenarios = SCENARIOS.filter((name) => only.includes(name));
  return {
    help: values.help ?? false,
    quick: values.quick ?? false,
    json: values.json ?? false,
    write: values.write ?? false,
    original: values.original,
    systems: CATALOG.map(({ name }) => name).filter(
      (name) => chosen.length === 0 || only.includes(name) || floors.has(name),
    ),
    scenarios: scenarios.length === 0 ? SCENARIOS : scenarios,
  };
}

function parse(args: readonly string[]): ReturnType<typeof parseStrictly> {
  try {
    return parseStrictly(args);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseStrictly(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      quick: { type: 'boolean' },
      json: { type: 'boolean' },
      write: { type: 'boolean' },
      original: { type: 'string' },
      only: { type: 'string', multiple: true },
    },
  });
}
