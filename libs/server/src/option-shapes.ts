import { nearestName } from '@pixl-ipc/protocol';
import { OptionError, shown } from './option-error';

/** What an option may be where that is no limit, and what to give instead of what it is not. */
interface Shape {
  readonly fits: (value: unknown) => boolean;
  readonly remedy: string;
}

const BOOLEAN: Shape = { fits: (value) => typeof value === 'boolean', remedy: 'give true or false' };
const IDS: Shape = {
  fits: (value) => Array.isArray(value) && value.every((id) => Number.isSafeInteger(id) && (id as number) >= 0),
  remedy: 'give a list of numeric ids such as [33]',
};

const SHAPES: Readonly<Record<string, Shape>> = {
  socketPath: {
    fits: (value) => typeof value === 'string' && value !== '',
    remedy: 'give the path of the UNIX socket to listen on',
  },
  socketMode: {
    fits: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0o777,
    remedy: 'give permission bits such as 0o600 or 0o660',
  },
  slowThresholdMs: {
    fits: (value) => Number.isFinite(value) && (value as number) >= 0,
    remedy: 'give milliseconds, 0 or more',
  },
  allowUids: IDS,
  allowGids: IDS,
  service: {
    fits: (value) => isObject(value) && isText(value.name) && isText(value.version),
    remedy: 'give name and version such as {"name": "greeter", "version": "1.2.3"}',
  },
  contractDocument: {
    fits: (value) => isObject(value) && isText(value.hash) && isObject(value.endpoints),
    remedy: 'give what contractDocument() of @pixl-ipc/contract returns',
  },
  log: {
    fits: (value) => isObject(value) && typeof value.debug === 'function' && typeof value.error === 'function',
    remedy: 'give an object with debug(level, message, data) and error(code, message, data)',
  },
  containErrors: BOOLEAN,
  validateResponses: BOOLEAN,
  sharedReadBuffer: BOOLEAN,
};

/** Checks that options are an object. @throws OptionError */
export function assertOptions(options: unknown): void {
  if (!isObject(options)) throw new OptionError('options', `are ${shown(options)}; give an object`);
}

/** Checks that options have no names but these. @throws OptionError naming the nearest of them */
export function assertNames(options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, names);
  const remedy = nearest === undefined ? 'leave it out' : `did you mean ${nearest}?`;
  throw new OptionError(unknown, `is no option of a server; ${remedy}`);
}

/** Checks what is given and no limit. @throws OptionError naming option, value and remedy */
export function assertShapes(given: Readonly<Record<string, unknown>>): void {
  for (const [name, { fits, remedy }] of Object.entries(SHAPES)) {
    const value = given[name];
    if (value !== undefined && !fits(value)) throw new OptionError(name, `is ${shown(value)}; ${remedy}`);
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
