import { DEFAULT_SERVER_LIMITS, type ServerLimits } from '@pixl-ipc/server';

/** `maxFrameBytes` → `max_frame_bytes`; times lose their unit, which is milliseconds as in the original. */
type LimitName = Exclude<keyof ServerLimits, 'drainTimeoutMs'>;

/** Config key of each limit. `exit_timeout` is the original's name of the drain timeout. */
export const LIMIT_KEYS: ReadonlyMap<string, keyof ServerLimits> = new Map<string, keyof ServerLimits>([
  ['exit_timeout', 'drainTimeoutMs'],
  ...(Object.keys(DEFAULT_SERVER_LIMITS) as (keyof ServerLimits)[])
    .filter((name): name is LimitName => name !== 'drainTimeoutMs')
    .map((name): [string, keyof ServerLimits] => [snakeCase(name), name]),
]);

function snakeCase(name: string): string {
  return name.replace(/Ms$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Every key of the component's own. */
export const CONFIG_KEYS: readonly string[] = Object.freeze([
  'socket_path',
  'socket_chmod',
  'socket_group',
  'allow_uids',
  'allow_gids',
  'log_stats_interval',
  'slow_threshold_ms',
  'contain_errors',
  'validate_responses',
  'builtins',
  ...LIMIT_KEYS.keys(),
]);

/** Keys that pixl-server itself reads from a component's config. */
export const PIXL_SERVER_KEYS: readonly string[] = Object.freeze(['debug_level']);

/** Keys that take effect at the next start, not at a reload. */
export const FIXED_KEYS: readonly string[] = Object.freeze([
  'socket_path',
  'socket_chmod',
  'socket_group',
  'listen_backlog',
  'contain_errors',
]);
