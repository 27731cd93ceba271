import { VERSIONS } from '../../workspace/versions';
import type { Remnant } from './left-to-do';

/** What the code of a package uses of pixl-ipc. */
export interface Uses {
  readonly component: boolean;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** This package is at 0; the original ended at 1. */
const ORIGINAL_RANGE = /^[\^~>=v\s]*1(?!\d)/;
const ENTRY = /"pixl-ipc"\s*:\s*"([^"\\]*)"/g;

/**
 * Moves a package.json over: pixl-ipc in the version of this package and where code that runs finds it, and pixl-server,
 * which the original brought along, where the component is used.
 */
export function migrateManifest<Given extends Manifest>(manifest: Given, { component }: Uses): Given {
  const { dependencies = {}, devDependencies = {} } = manifest;
  const present = dependencies['pixl-ipc'] ?? devDependencies['pixl-ipc'];
  const range = present === undefined || ORIGINAL_RANGE.test(present) ? VERSIONS['pixl-ipc'] : present;
  const needsServer = component && !('pixl-server' in dependencies) && !('pixl-server' in devDependencies);
  return {
    ...manifest,
    dependencies: sorted({
      ...dependencies,
      'pixl-ipc': range,
      ...(needsServer && { 'pixl-server': VERSIONS['pixl-server'] }),
    }),
    ...(manifest.devDependencies !== undefined && { devDependencies: without('pixl-ipc', devDependencies) }),
  };
}

/** Finds where the text of a package.json still asks for the original, as a peer or without code that uses it. */
export function originalVersions(text: string): Remnant[] {
  return [...text.matchAll(ENTRY)]
    .filter(([, range = '']) => ORIGINAL_RANGE.test(range))
    .map(({ index, 1: range = '' }) => ({
      index,
      what: `asks for the original, pixl-ipc ${range}; ask for ${VERSIONS['pixl-ipc']}, or remove it if nothing uses it`,
    }));
}

/** How the members of a JSON text are indented. */
export function indentationOf(text: string): string {
  return /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
}

function without(name: string, packages: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).filter(([key]) => key !== name));
}

function sorted(packages: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
}
