import {
  isControl,
  mayBeVersion2,
  parseControl,
  parseRequest,
  printableText,
  RequestFault,
  serializeError,
  serializeReply,
  serverCalls,
  type Control,
  type RequestEnvelope,
  type WireError,
} from '@pixl-ipc/protocol';
import type { ByteBudget } from '../connection/byte-budget';
import type { Connection } from '../connection/connection';
import type { ResolvedServerOptions, ServerLog } from '../options';
import type { Handle, Route, Router } from '../router/router';
import type { ServerStats } from '../stats/server-stats';
import { Call } from './call';
import { endTrace, traceOf } from './call-trace';
import type { Containment } from './containment';
import { DeadlineTimer } from './deadline-timer';
import { WaitingRequest, type Arrival } from './waiting-request';
import { WaitingRoom } from './waiting-room';

/** What a dispatcher works with; all of it the server's. */
export interface DispatcherParts {
  readonly router: Router;
  readonly stats: ServerStats;
  readonly log: ServerLog;
  readonly budget: ByteBudget;
  /** The budget is exceeded: somebody has to give way. */
  readonly onOverBudget: () => void;
  readonly limits: () => ResolvedServerOptions;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Undefined: what a handler throws later is the process's affair. */
  readonly containment?: Containment | undefined;
}

/**
 * Frames in, calls out: parses a request, finds its route, runs its handler, and sees that it settles in time.
 * At the in-flight caps requests wait, in the order of their arrival, connections taking turns. What a caller says of an
 * earlier call acts at once, whatever else waits.
 *
 * @see docs/protocol.md#requests
 */
export class Dispatcher {
  readonly stats: ServerStats;
  readonly log: ServerLog;
  readonly now: () => number;
  /** Serves what no route matches; undefined answers `no_handler_found`. */
  defaultRoute: Route | undefined;
  /** While true, requests are answered `unavailable`: the drain's grace is over. */
  refusing = false;
  /** The frame that tells a version 2 peer that the server is going; undefined while it is not. */
  goAway: string | undefined;
  readonly #router: Router;
  readonly #budget: ByteBudget;
  readonly #onOverBudget: () => void;
  readonly #limits: () => ResolvedServerOptions;
  readonly #deadlines: DeadlineTimer;
  readonly #waiting: WaitingRoom;
  readonly #containment: Containment | undefined;
  #inFlight = 0;

  constructor(parts: DispatcherParts) {
    this.#router = parts.router;
    this.stats = parts.stats;
    this.log = parts.log;
    this.now = parts.now;
    this.#budget = parts.budget;
    this.#onOverBudget = parts.onOverBudget;
    this.#limits = parts.limits;
    this.#containment = parts.containment;
    this.#deadlines = new DeadlineTimer({ now: parts.now });
    this.#waiting = new WaitingRoom({
      budget: parts.budget,
      deadlines: this.#deadlines,
      mayRun: (connection) => this.#mayRun(connection),
      run: (waited) => this.#run(waited, this.now(), waited.credit),
      framesPerTurn: () => parts.limits().framesPerTurn,
    });
  }

  get limits(): ResolvedServerOptions {
    return this.#limits();
  }

  /** Requests that run now. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Requests that wait for a place. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes a frame in, `now`: runs it, lets it wait, or refuses it. Exactly one reply follows, sooner or later. */
  dispatch(arrival: Arrival, now: number): void {
    this.stats.received();
    const { connection, frame, bytes } = arrival;
    if (!this.refusing && !connection.waiting && this.#mayRun(connection)) {
      this.#run(arrival, now, 0);
      return;
    }
    if (this.refusing) connection.refusedAt ??= now;
    const mayWait = !this.refusing && this.#budget.hasRoomToWait(bytes);
    // Read now: it may be about another request, and if it is not, its caller may give it up while it waits.
    const isRead = !mayWait || mayBeVersion2(frame);
    const request = isRead ? this.#read(connection, frame) : undefined;
    if (isRead && !request) return;
    if (mayWait) this.#waiting.add(new WaitingRequest(arrival, request, this.#onWaitedTooLong));
    else if (request) this.#refuse(connection, request, this.refusing ? STOPPING : NO_ROOM);
  }

  /** Answers a frame that is no request. */
  answerFault(connection: Connection, fault: RequestFault): void {
    this.stats.error(fault.code);
    connection.faults.log(fault.code === 'no_uri' ? 'no_uri' : 'stream_err', fault.message, { code: fault.code });
    connection.send(serializeError(fault, fault));
  }

  /** A connection is gone: what it asked for is given up. */
  forget(connection: Connection): void {
    for (let next = connection.waiting?.first; next; next = connection.waiting?.first) this.#waiting.remove(next);
    for (const call of connection.calls) call.giveUp();
  }

  /** A call has settled, with an error where there is a code: its place is free. */
  settled(call: Call, code?: string): void {
    const { connection } = call;
    this.#inFlight--;
    connection.inFlight--;
    if (connection.calls.delete(call)) {
      this.#deadlines.remove(call);
      connection.requestBytes -= call.bytes;
      this.#budget.change(-call.bytes);
    }
    const ms = this.now() - call.startedAt;
    this.stats.ended(call.stats, ms, code);
    if (call.trace) endTrace(call.trace, ms, code);
    if (this.#waiting.size > 0) this.#waiting.admit();
    connection.callSettled();
  }

  /** A call is due later than was thought. */
  expireLater(call: Call): void {
    const { dueAt } = call;
    if (dueAt !== Infinity) this.#deadlines.add(call, dueAt);
  }

  /** Runs code of the handler's, so that what it throws later, in a timer or a callback of its own, fails its call. */
  within(call: Call, handle: Handle): void {
    if (this.#containment?.active && !call.route.builtIn) this.#containment.run(handle, call);
    else handle(call);
  }

  /** Limits have changed: requests that waited may have a place now. */
  limitsChanged(): void {
    if (this.#waiting.size > 0) this.#waiting.admit();
  }

  /** Stops the deadlines' timer. */
  stop(): void {
    this.#deadlines.stop();
  }

  #mayRun(connection: Connection): boolean {
    const limits = this.#limits();
    return this.#inFlight < limits.maxInFlightTotal && connection.inFlight < limits.maxInFlightPerConnection;
  }

  /** Frame → request; undefined where it was none, or one that acts at once, and is dealt with. */
  #read(connection: Connection, frame: string): RequestEnvelope | undefined {
    const request = parseRequest(frame, this.#limits());
    if (request instanceof RequestFault) {
      this.answerFault(connection, request);
      return undefined;
    }
    if (request.version === 1) return request;
    if (!connection.speaksVersion2) {
      connection.speaksVersion2 = true;
      if (this.goAway !== undefined) connection.send(this.goAway);
    }
    if (!isControl(request)) return request;
    this.#control(connection, request);
    return undefined;
  }

  /** Acts on what a caller says of an earlier call. @see docs/protocol.md#control */
  #control(connection: Connection, request: RequestEnvelope): void {
    const control = parseControl(request);
    if (typeof control === 'string') {
      this.#refuse(connection, request, { code: 'invalid_argument', message: control });
      return;
    }
    const found = this.#actOn(connection, control);
    if (!request.terms.oneway) connection.send(serializeReply(request, { found }));
  }

  /** Returns whether there is such a call. The newest of an id: what waits came after what runs. */
  #actOn(connection: Connection, control: Control): boolean {
    const waiting = connection.waiting?.find(control.id);
    const running = connection.calls.find(control.id);
    if (control.kind === 'credit') {
      if (waiting) waiting.credit += control.n;
      else running?.grant(control.n);
    } else if (waiting) {
      this.#endWaiting(waiting, control.expired ? tooLate(this.now() - waiting.receivedAt) : GIVEN_UP);
    } else if (control.expired) running?.expireNow();
    else running?.cancel();
    return (waiting ?? running) !== undefined;
  }

  #run({ connection, frame, bytes, receivedAt }: Arrival, startedAt: number, moreCredit: number): void {
    const request = this.#read(connection, frame);
    if (!request) return;
    const { timeoutMs, credit } = request.terms;
    if (timeoutMs !== undefined && startedAt - receivedAt >= timeoutMs) {
      this.#refuse(connection, request, tooLate(startedAt - receivedAt));
      return;
    }
    const route = this.#router.find(request.uri) ?? this.defaultRoute ?? NO_ROUTE;
    const call = new Call(this, {
      request,
      connection,
      route,
      stats: this.stats.began(route, request, bytes),
      bytes,
      receivedAt,
      startedAt,
      credit: credit + moreCredit,
    });
    this.#inFlight++;
    connection.inFlight++;
    if (serverCalls.hasSubscribers) call.trace = traceOf(call);
    try {
      if (call.trace) call.trace.run(() => this.within(call, route.handle));
      else this.within(call, route.handle);
    } catch (error) {
      call.fail(error);
    }
    // Only what is still open needs to be found again; most handlers have replied by now.
    if (call.settled) return;
    if (connection.closed) call.giveUp();
    else this.#keep(call);
  }

  #keep(call: Call): void {
    call.connection.calls.add(call);
    call.connection.requestBytes += call.bytes;
    this.#budget.change(call.bytes);
    this.expireLater(call);
    if (this.#budget.isOver) this.#onOverBudget();
  }

  readonly #onWaitedTooLong = (waiting: WaitingRequest): void => {
    this.#endWaiting(waiting, tooLate(this.now() - waiting.receivedAt));
  };

  /** Answers a request before its turn, which then never comes. */
  #endWaiting(waiting: WaitingRequest, error: WireError): void {
    const { connection, frame } = waiting;
    this.#waiting.remove(waiting);
    const request = this.#read(connection, frame);
    if (request) this.#refuse(connection, request, error);
    connection.callSettled();
  }

  /** Answers a request that is not executed. */
  #refuse(connection: Connection, request: RequestEnvelope, error: WireError): void {
    this.stats.error(error.code);
    if (error.code !== 'cancelled') {
      connection.faults.log(error.code, error.message, { uri: printableText(request.uri) });
    }
    if (!request.terms.oneway) connection.send(serializeError(request, error));
  }
}

const GIVEN_UP: WireError = Object.freeze({
  code: 'cancelled',
  message: 'The caller has cancelled the call; it was not executed',
});

const STOPPING: WireError = Object.freeze({
  code: 'unavailable',
  message: 'The server is stopping; the request was not executed, try again',
  goaway: true,
});

const NO_ROOM: WireError = Object.freeze({
  code: 'resource_exhausted',
  message: 'The server holds as many waiting requests as it may; the request was not executed, try again later',
});

function tooLate(ms: number): WireError {
  const message = `The request waited ${Math.round(ms)} ms for its turn, as long as its caller allowed; it was not executed`;
  return { code: 'deadline_exceeded', message };
}

const noHandlerFound: Handle = (call) => {
  const { uri } = call.request;
  call.connection.faults.log('no_handler_found', `No handler found for ${printableText(uri)}`, {});
  call.refuse({ code: 'no_handler_found', message: `No handler found for ${uri}` });
};

/** Stands in where nothing is registered. */
const NO_ROUTE: Route = { name: 'no_handler_found', serves: '(none)', handle: noHandlerFound };
