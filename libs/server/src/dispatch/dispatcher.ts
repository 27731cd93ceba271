import { parseRequest, printableText, RequestFault, serializeError, type WireError } from '@pixl-ipc/protocol';
import type { ByteBudget } from '../connection/byte-budget';
import type { Connection } from '../connection/connection';
import type { ServerLimits, ServerLog } from '../options';
import type { Handle, Route, Router } from '../router/router';
import type { ServerStats } from '../stats/server-stats';
import { Call } from './call';
import type { Containment } from './containment';
import { DeadlineTimer } from './deadline-timer';
import { WaitingRoom } from './waiting-room';

/** What a dispatcher works with; all of it the server's. */
export interface DispatcherParts {
  readonly router: Router;
  readonly stats: ServerStats;
  readonly log: ServerLog;
  readonly budget: ByteBudget;
  /** The budget is exceeded: somebody has to give way. */
  readonly onOverBudget: () => void;
  readonly limits: () => ServerLimits;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Undefined: what a handler throws later is the process's affair. */
  readonly containment?: Containment | undefined;
}

/**
 * Frames in, calls out: parses a request, finds its route, runs its handler, and sees that it settles in time.
 * At the in-flight caps requests wait, in the order of their arrival, connections taking turns.
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
  readonly #router: Router;
  readonly #budget: ByteBudget;
  readonly #onOverBudget: () => void;
  readonly #limits: () => ServerLimits;
  readonly #deadlines: DeadlineTimer<Call>;
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
    this.#deadlines = new DeadlineTimer({ now: parts.now, onExpired: (call) => call.expire() });
    this.#waiting = new WaitingRoom({
      budget: parts.budget,
      mayRun: (connection) => this.#mayRun(connection),
      run: (connection, frame, bytes) => this.#run(connection, frame, bytes),
      framesPerTurn: () => parts.limits().framesPerTurn,
    });
  }

  get limits(): ServerLimits {
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

  /** Takes a frame in: runs it, lets it wait, or refuses it. Exactly one reply follows, sooner or later. */
  dispatch(connection: Connection, frame: string, bytes: number): void {
    this.stats.received();
    if (this.refusing) {
      connection.refusedAt ??= this.now();
      this.#refuse(connection, frame, {
        code: 'unavailable',
        message: 'The server is stopping; the request was not executed, try again',
        goaway: true,
      });
    } else if (!connection.waiting && this.#mayRun(connection)) {
      this.#run(connection, frame, bytes);
    } else if (!this.#budget.hasRoomToWait(bytes)) {
      this.#refuse(connection, frame, {
        code: 'resource_exhausted',
        message: 'The server holds as many waiting requests as it may; the request was not executed, try again later',
      });
    } else {
      this.#waiting.add(connection, frame, bytes);
    }
  }

  /** Answers a frame that is no request. */
  answerFault(connection: Connection, fault: RequestFault): void {
    this.stats.error(fault.code);
    connection.faults.log(fault.code === 'no_uri' ? 'no_uri' : 'stream_err', fault.message, { code: fault.code });
    connection.send(serializeError(fault, fault));
  }

  /** A connection is gone: what it asked for is given up. */
  forget(connection: Connection): void {
    this.#waiting.remove(connection);
    for (const call of connection.calls) call.giveUp();
  }

  /** A call has settled: its place is free. */
  settled(call: Call): void {
    const { connection } = call;
    this.#inFlight--;
    connection.inFlight--;
    if (connection.calls.delete(call)) {
      this.#deadlines.remove(call);
      connection.requestBytes -= call.bytes;
      this.#budget.change(-call.bytes);
    }
    this.stats.answered(this.now() - call.startedAt);
    if (this.#waiting.size > 0) this.#waiting.admit();
    connection.callSettled();
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

  #run(connection: Connection, frame: string, bytes: number): void {
    const request = parseRequest(frame, this.#limits());
    if (request instanceof RequestFault) {
      this.answerFault(connection, request);
      return;
    }
    const route = this.#router.find(request.uri) ?? this.defaultRoute ?? NO_ROUTE;
    const call = new Call(this, { request, connection, route, bytes, startedAt: this.now() });
    this.#inFlight++;
    connection.inFlight++;
    try {
      if (this.#containment?.active && !route.builtIn) this.#containment.run(route.handle, call);
      else route.handle(call);
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
    const { requestTimeoutMs } = this.#limits();
    const { timeoutMs = Infinity } = call.request.terms;
    const allowedMs = Math.min(requestTimeoutMs === 0 ? Infinity : requestTimeoutMs, timeoutMs);
    if (allowedMs !== Infinity) this.#deadlines.add(call, call.startedAt + allowedMs);
    if (this.#budget.isOver) this.#onOverBudget();
  }

  #refuse(
    connection: Connection,
    frame: string,
    error: WireError & { readonly code: 'resource_exhausted' | 'unavailable' },
  ): void {
    const request = parseRequest(frame, this.#limits());
    if (request instanceof RequestFault) {
      this.answerFault(connection, request);
      return;
    }
    this.stats.error(error.code);
    connection.faults.log(error.code, error.message, { uri: printableText(request.uri) });
    if (!request.terms.oneway) connection.send(serializeError(request, error));
  }
}

const noHandlerFound: Handle = (call) => {
  const { uri } = call.request;
  call.connection.faults.log('no_handler_found', `No handler found for ${printableText(uri)}`, {});
  call.refuse({ code: 'no_handler_found', message: `No handler found for ${uri}` });
};

/** Stands in where nothing is registered. */
const NO_ROUTE: Route = { name: 'no_handler_found', handle: noHandlerFound };
