import type { IpcClient } from '@pixl-ipc/client';
import type { Duplex } from 'node:stream';
import { vi } from 'vitest';
import { MAX_LATE_MS, said, type CallRecord } from './record';
import { CAP, CREDIT, type ModelServer } from './servers';

/** What there is to be looked at. */
export interface Seen {
  readonly calls: readonly CallRecord[];
  readonly clients: readonly IpcClient[];
  readonly servers: readonly ModelServer[];
  /** The callers' ends of all connections so far. */
  readonly lines: readonly Duplex[];
  /** How many last replies came after their call had ended. */
  readonly late: number;
  /** What callers got that they should not have. */
  readonly strange: readonly string[];
}

/** What is not as it must be whenever nothing is under way. */
export function disorder(seen: Seen): string | undefined {
  const { calls, clients, servers, late, strange } = seen;
  const now = performance.now();
  for (const call of calls) {
    const { key, stream, read, runs, outcomes } = call;
    const [outcome] = outcomes;
    if (outcomes.length > 1) return `${key} was told ${outcomes.length} outcomes`;
    if (runs.length > 1) return `the handler of ${key} was started ${runs.length} times`;
    if ((stream?.buffered ?? 0) > CREDIT) return `${key} has more than its credit unread`;
    if (call.kind === 'stream' && runs.some(({ yielded }) => yielded > read + CREDIT)) {
      return `the handler of ${key} ran ahead of its credit`;
    }
    if (call.kind === 'call' && !call.isOver && now > call.callerDeadline + MAX_LATE_MS) {
      return `${key} has no outcome, though its time is over`;
    }
    if (call.live.some((run) => !call.mayRun(run, now))) {
      return `${key} is over (${outcome ? said(outcome.told) : 'given up'}), its handler runs`;
    }
  }
  const pending = clients.map((client) => client.pendingCalls);
  const load = servers.map(({ server }) => server.load);
  const inFlight = sum(load.map((one) => one.inFlight));
  const live = sum(calls.map((call) => call.live.length));
  if (inFlight !== live) return `the servers count ${inFlight} requests in flight, ${live} handlers run`;
  for (const [index, client] of clients.entries()) {
    const open = calls.filter((call) => call.client === client && !call.isOver);
    // A stream may have ended without its reader having come so far.
    const least = open.filter(({ stream }) => !stream).length;
    const count = pending[index] ?? NaN;
    if (!(count >= least && count <= open.length)) return `a client counts ${count} calls, of ${open.length}`;
  }
  const starving = calls.find(
    (call) => !call.isOver && call.asked > call.read && call.live.some(({ yielded }) => yielded < call.making.items),
  );
  if (starving) return `the reader of ${starving.key} waits, and its handler has more`;
  const isQuiet = servers.at(-1)?.going === false && clients.every(({ state }) => state === 'open');
  const waiting = sum(load.map((one) => one.waiting));
  const known = inFlight + waiting;
  if (isQuiet && sum(pending) > known) return `${sum(pending)} calls are open, the server knows of ${known}`;
  if (load.some((one) => one.waiting > 0 && one.inFlight < CAP)) return 'requests wait, though there is room for them';
  const mayWait = calls.filter(
    (call) => call.runs.length === 0 && (!call.isOver || call.kind === 'notify' || now >= call.callerDeadline),
  );
  if (waiting > mayWait.length) return `${waiting} requests wait, ${mayWait.length} callers`;
  // That a reader has not come to the end of its stream does not mean that there is none.
  const ended = calls.filter((call) => call.isGivenUp || call.hasFailed || now >= call.callerDeadline);
  if (late > ended.length) return `${late} late replies to ${ended.length} calls that ended before them`;
  return strange[0];
}

/** What is left over when all is over. */
export function remains(seen: Seen): string | undefined {
  const { calls, clients, servers, lines } = seen;
  for (const call of calls) {
    const { key, kind, abort, making, runs, outcomes } = call;
    if (outcomes.length !== 1) return `${key} was told ${outcomes.length} outcomes`;
    if (call.live.length > 0) return `the handler of ${key} runs, and its signal has not aborted`;
    if (kind === 'stream' && !runs.every(({ ended }) => ended)) return `the handler of ${key} has not cleaned up`;
    const told = outcomes[0]?.told;
    if (told === 'ok' || !told) {
      if (kind === 'call' && runs.length !== 1) return `${key} has succeeded without its handler`;
    } else if (!told.sent && runs.length > 0) return `${key} was told not sent, and was executed`;
    else if (told.code === 'cancelled' && !abort.signal.aborted) return `${key} was told that it was cancelled`;
    else if (told.code === 'deadline_exceeded' && kind !== 'notify' && making.timeoutMs === 0) {
      if (told.origin === 'local') return `${key} had all the time in the world`;
    }
  }
  if (clients.some(({ pendingCalls, state }) => pendingCalls !== 0 || state !== 'closed')) {
    return `clients: ${clients.map(({ pendingCalls, state }) => `${state}, ${pendingCalls} calls`).join('; ')}`;
  }
  for (const { server } of servers) {
    const left = JSON.stringify({ ...server.load, connections: server.stats.connections });
    if (left !== '{"inFlight":0,"waiting":0,"bufferedBytes":0,"connections":0}') return `a server has ${left} left`;
  }
  if (lines.some(({ destroyed }) => !destroyed)) return 'a connection is open';
  if (vi.getTimerCount() > 0) return `${vi.getTimerCount()} timers are left`;
  return disorder(seen);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
