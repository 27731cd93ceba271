import type { ReplyEnvelope } from '@pixl-ipc/protocol';
import type { ClientSettings } from '../options';
import type { Call } from './call';

/**
 * How often a request may have left before its call fails: one that ends every server that gets it must not end many.
 * What never left may be tried until its deadline.
 */
const MAX_ATTEMPTS = 4;
/** Ceiling of the random wait before a request that a server refused is sent again; doubles with each attempt. */
const INITIAL_WAIT_MS = 50;

/** Whether a call goes on after its connection was lost. @param mayHaveRun Whether its request may have been executed. */
export function outlivesConnection(call: Call, mayHaveRun: boolean): boolean {
  if (!call.repeatable) return false;
  return !mayHaveRun || (call.repeat === 'always' && call.attempts < MAX_ATTEMPTS);
}

/** After how many milliseconds a call that a server refused for now is sent again; undefined where it is not. */
export function waitAfterRefusal(
  call: Call,
  { error, goaway }: ReplyEnvelope,
  { clock, random }: Pick<ClientSettings, 'clock' | 'random'>,
): number | undefined {
  if (!error || !call.repeatable || call.attempts >= MAX_ATTEMPTS) return undefined;
  if (error.code !== 'unavailable' && error.code !== 'resource_exhausted') return undefined;
  // Only a server that is going says that it has not executed a request; a handler may fail with these codes as well.
  if (!goaway && call.repeat !== 'always') return undefined;
  const waitMs = (error.retryAfter ?? 0) + random() * INITIAL_WAIT_MS * 2 ** (call.attempts - 1);
  return waitMs < call.deadline - clock.now() ? waitMs : undefined;
}
