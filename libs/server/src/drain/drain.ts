import { serializeGoAway } from '@pixl-ipc/protocol';
import type { Connection } from '../connection/connection';
import type { Dispatcher } from '../dispatch/dispatcher';
import type { Listener } from '../listener/listener';

/** What a drain works on. */
export interface DrainParts {
  /** Undefined where there is none: a server that is reached in its own process only. */
  readonly listener: Listener | undefined;
  readonly dispatcher: Dispatcher;
  readonly connections: ReadonlySet<Connection>;
  /** How many connections the server has accepted so far. */
  readonly accepted: () => number;
  readonly now: () => number;
  /** Requests that cross the server's going are served this long, and refused as `unavailable` afterwards. */
  readonly graceMs: number;
  /** All in all. What still runs then is given up. */
  readonly timeoutMs: number;
}

/** How a drain ended. */
export interface DrainOutcome {
  /** Connections whose requests were still running, or whose replies were still unsent, when the time was up. */
  readonly abandoned: number;
  readonly ms: number;
}

/** How often a drain looks whether all is done. */
const LOOK_MS = 5;
/**
 * Whoever has asked something so recently is about to ask again: to close now would lose that request. A client that asks
 * one thing after the other is served until the grace is over, told `unavailable` then, and closed when it has stopped.
 */
const SILENT_MS = 200;
/**
 * How long a client that goes on asking is told `unavailable` before it is left. One that is starved of CPU, as many are
 * while a host restarts things, takes a while to hear the first.
 */
const REFUSAL_MS = 500;

/**
 * An ordered stop: nobody new finds the socket, those who knocked are let in and served, running requests finish, their
 * replies leave, connections close, and nothing takes longer than `timeoutMs`. A quiet server drains at once.
 *
 * @see docs/guides/operation.md#stopping
 */
export async function drain(parts: DrainParts): Promise<DrainOutcome> {
  const { listener, dispatcher, connections, accepted, now, graceMs, timeoutMs } = parts;
  const startedAt = now();
  const graceEnd = startedAt + Math.min(graceMs, timeoutMs);
  const end = startedAt + timeoutMs;

  await listener?.unpublish();
  tellThoseWhoUnderstand(dispatcher, connections);
  // Who has connected but was not accepted yet: libuv lets in one with each poll of the event loop.
  for (let seen = -1; seen !== accepted() && now() < end;) {
    seen = accepted();
    await turns(3);
  }
  await listener?.close();

  let quietTurns = 0;
  while (now() < end) {
    // A request that is still coming in crosses our going: its end is waited for as long as crossing is allowed.
    const crossing = now() < graceEnd;
    const quiet = [...connections].every(
      (connection) => connection.idleMs(now()) >= SILENT_MS && !(crossing && connection.midFrame),
    );
    quietTurns = quiet ? quietTurns + 1 : 0;
    // Quiet twice, a poll between: nothing was under way to us either.
    if (quietTurns >= 2) break;
    if (!crossing) dispatcher.refusing = true;
    endRefused(connections, now() - REFUSAL_MS);
    await (quiet ? turns(2) : pause(Math.min(LOOK_MS, Math.max(0, end - now()))));
  }
  dispatcher.refusing = true;

  const abandoned = [...connections].filter((connection) => !connection.quiet).length;
  for (const connection of connections) {
    if (connection.quiet) connection.end();
    else connection.destroy();
  }
  return { abandoned, ms: now() - startedAt };
}

/** A version 2 client takes its next request elsewhere; one of version 1 would take this for a message to its user. */
function tellThoseWhoUnderstand(dispatcher: Dispatcher, connections: ReadonlySet<Connection>): void {
  const goAway = serializeGoAway('The server is stopping; what it has been asked is finished, ask another one next');
  dispatcher.goAway = goAway;
  for (const connection of connections) if (connection.speaksVersion2) connection.send(goAway);
}

/** Ends the connections that were refused before `instant` and are owed no other reply: who goes on asking does not keep us. */
function endRefused(connections: ReadonlySet<Connection>, instant: number): void {
  for (const connection of connections) {
    const refused = (connection.refusedAt ?? Infinity) <= instant;
    if (refused && connection.inFlight === 0 && !connection.waiting) connection.end();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Lets the event loop poll for input `count` times. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
