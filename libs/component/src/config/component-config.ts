import { nearestName } from '@pixl-ipc/protocol';
import { OptionError, resolveServerOptions, type ServerOptions } from '@pixl-ipc/server';
import { typedFlag, typedList } from './command-line';
import { CONFIG_KEYS, LIMIT_KEYS, PIXL_SERVER_KEYS } from './config-keys';

/** What pixl-server hands the component, keys as users write them. */
export type ConfigValues = Readonly<Record<string, unknown>>;

/** What the component starts from; the original's keys and defaults, the mode excepted. */
export const DEFAULT_CONFIG = Object.freeze({
  socket_path: '',
  exit_timeout: 2_000,
  // The original's '777' lets every user of the host in.
  socket_chmod: '600',
  log_stats_interval: 'minute',
  slow_threshold_ms: 20,
  contain_errors: true,
  validate_responses: true,
});

/** Config, read. */
export interface ComponentConfig {
  readonly server: ServerOptions;
  /** A tick event of pixl-server, or undefined for none. */
  readonly logStatsInterval: string | undefined;
}

/** A wrong config value: names key, value and remedy. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'ipc_config';
  constructor(
    readonly key: string,
    reason: string,
  ) {
    super(`IPCServer config: ${key} ${reason}`);
  }
}

/** pixl-server's tick events, as its `tick` emits them: `*:30` is a second, `:30` a minute, `04:30` a time of day. */
const TICK_EVENT = /^(tick|minute|hour|day|month|year|(\*?|[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Config values → options. A key that is null is as good as absent.
 *
 * @param surroundings What does not come from the component's own config.
 * @throws ConfigError on the first value that is wrong
 */
export function readConfig(
  values: ConfigValues,
  surroundings: Required<Pick<ServerOptions, 'log' | 'socketOwner' | 'service'>>,
): ComponentConfig {
  const value = (key: string): unknown => values[key] ?? DEFAULT_CONFIG[key as keyof typeof DEFAULT_CONFIG];
  const flag = (key: string): boolean => {
    const given = typedFlag(value(key));
    if (typeof given !== 'boolean') throw new ConfigError(key, `is ${show(given)}; give true or false`);
    return given;
  };

  if (values.drain_timeout !== undefined && values.drain_timeout !== null) {
    throw new ConfigError(
      'drain_timeout',
      'has no meaning here; set exit_timeout, which is how long a stop may take in all',
    );
  }
  const socketPath = value('socket_path');
  if (typeof socketPath !== 'string' || socketPath === '') {
    throw new ConfigError(
      'socket_path',
      `is ${show(socketPath)}; give the path of the socket, e.g. "/run/myapp/ipc.sock"`,
    );
  }
  const interval = typedFlag(value('log_stats_interval'));
  if (interval !== false && !(typeof interval === 'string' && TICK_EVENT.test(interval))) {
    throw new ConfigError(
      'log_stats_interval',
      `is ${show(interval)}; give an event of pixl-server's clock such as "minute", "hour" or ":30", or false for none`,
    );
  }
  const limits = Object.fromEntries([...LIMIT_KEYS].map(([key, option]) => [option, value(key)]));
  const server = {
    ...limits,
    ...surroundings,
    socketPath,
    socketMode: socketMode(value('socket_chmod')),
    socketGroup: socketGroup(value('socket_group')),
    allowUids: typedList(value('allow_uids')),
    allowGids: typedList(value('allow_gids')),
    slowThresholdMs: value('slow_threshold_ms'),
    containErrors: flag('contain_errors'),
    validateResponses: flag('validate_responses'),
    builtins: builtIns(values.builtins),
  } as ServerOptions;
  try {
    resolveServerOptions(server);
  } catch (error) {
    throw toConfigError(error);
  }
  return { server, logStatsInterval: interval === false ? undefined : interval };
}

/** An error of the server's options → one in the words of the config; any other as it is. */
export function toConfigError(error: unknown): unknown {
  return error instanceof OptionError ? new ConfigError(configKey(error.option), configWords(error.reason)) : error;
}

/** A warning for each key that nobody reads, with the name it was probably meant to be. */
export function unknownKeyWarnings(values: ConfigValues, furtherKeys: readonly string[]): string[] {
  const known = [...CONFIG_KEYS, ...PIXL_SERVER_KEYS, ...furtherKeys];
  return Object.keys(values)
    .filter((key) => !known.includes(key) && key !== 'drain_timeout')
    .map((key) => {
      const nearest = nearestName(key, known);
      return `unknown config key ${key} is ignored${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
    });
}

/** The config key of a server option, for messages: users never see the option's name. */
export function configKey(option: string): string {
  for (const [key, name] of LIMIT_KEYS) if (name === option) return key;
  return (
    { socketMode: 'socket_chmod', slowThresholdMs: 'slow_threshold_ms' }[option] ??
    option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  );
}

function configWords(reason: string): string {
  return reason.replace(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g, configKey);
}

/** Keys → names; whether what they hold is right is the server's to say. */
function builtIns(value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  const given = Object.entries(value).filter(([, access]) => access !== null && access !== undefined);
  return Object.fromEntries(given.map(([name, access]) => [name, builtInAccess(access)]));
}

function builtInAccess(access: unknown): unknown {
  if (typeof access !== 'object' || access === null || Array.isArray(access)) return typedFlag(access);
  const entries: [string, unknown][] = Object.entries(access);
  return Object.fromEntries(
    entries.map(([key, value]) => (key === 'allow_uids' ? ['allowUids', typedList(value)] : [key, value])),
  );
}

function socketMode(value: unknown): number {
  if (typeof value === 'string' && /^(0o?)?[0-7]{3}$/.test(value)) return Number.parseInt(value.slice(-3), 8);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0o777) return value;
  const remedy =
    typeof value === 'number' && /^[0-7]{3}$/.test(String(value))
      ? `is the number ${value}, which is ${value.toString(8)} in octal; write the string "${value}", or 0o${value} on pixl-server's command line or in its environment`
      : `is ${show(value)}; give the mode as an octal string such as "600" or "660"`;
  throw new ConfigError('socket_chmod', remedy);
}

function socketGroup(value: unknown): string | number | undefined {
  if (value === undefined || value === null) return undefined;
  if ((typeof value === 'string' && value !== '') || (Number.isSafeInteger(value) && (value as number) >= 0)) {
    return value as string | number;
  }
  throw new ConfigError('socket_group', `is ${show(value)}; give the name of a group or its numeric id`);
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
