import { credentialsAvailable, type PeerCredentials } from '@pixl-ipc/credentials';
import { BlockPool, FaultLog, type Transport } from '@pixl-ipc/protocol';
import type { Duplex } from 'node:stream';
import { addIntrospection, createRouter } from './builtin/built-ins';
import { ServiceContract } from './builtin/service-contract';
import { ByteBudget } from './connection/byte-budget';
import { Connection } from './connection/connection';
import type { ConnectionHost } from './connection/connection-host';
import { TurnQueue } from './connection/turn-queue';
import { descriptorOf } from './connection/socket-adoption';
import { processContainment, type Containment } from './dispatch/containment';
import { Dispatcher } from './dispatch/dispatcher';
import { drain, type DrainOutcome } from './drain/drain';
import type { EndpointHandler } from './endpoint/handle';
import { addEndpoints, type AddEndpointsOptions } from './endpoint/registration';
import { guardedLog } from './guarded-log';
import { ListenError } from './listener/listen-error';
import { listen, type Listener } from './listener/listener';
import { memoryTransport } from './memory/memory-transport';
import { OptionError } from './option-error';
import { resolveServerOptions, type ResolvedServerOptions, type ServerOptions } from './options';
import { Admission, isRefusal } from './peer/admission';
import { admissionOptions, assertEnforceable } from './peer/admission-policy';
import { refuse } from './peer/refusal';
import type { Handle, Router } from './router/router';
import { ServerStats } from './stats/server-stats';
import type { ServerLoad } from './stats/stats-report';

/** Lines a second that all peers together may cause in the log. */
const FAULT_LINES_PER_SECOND = 100;
/** How often connections' timeouts are looked at; sooner where a timeout is short. */
const SWEEP_MS = 250;

/** What a server works with, where it is not what is usual. */
export interface ServerParts {
  readonly router?: Router;
  /** Whether the kernel can be asked who connects. Default: whether koffi is there. */
  readonly canReadPeers?: () => boolean;
}

/**
 * A server on one UNIX socket, or within its process alone: accepts peers, serves their requests through its routes,
 * within its limits, and stops without losing any. Starts with {@link listen} or {@link inMemory}, ends with {@link drain} or {@link abort}.
 */
export class Server {
  readonly stats: ServerStats;
  readonly router: Router;
  #options: ResolvedServerOptions;
  readonly #connections = new Set<Connection>();
  readonly #budget: ByteBudget;
  readonly #dispatcher: Dispatcher;
  readonly #containment: Containment | undefined;
  readonly #faults: FaultLog;
  readonly #refusals: FaultLog;
  readonly #host: ConnectionHost;
  readonly #admission: Admission;
  #listener: Listener | undefined;
  /** The {@link listen} that is under way. */
  #starting: Promise<void> | undefined;
  /** Whether somebody has asked it to stop. */
  #isToStop = false;
  #accepted = 0;
  #state: 'new' | 'serving' | 'going' = 'new';
  #sweeper: NodeJS.Timeout | undefined;
  #draining: Promise<DrainOutcome> | undefined;

  readonly #canReadPeers: () => boolean;

  /** @throws OptionError naming the option that is wrong */
  constructor(
    options: ServerOptions,
    { router = createRouter(), canReadPeers = credentialsAvailable }: ServerParts = {},
  ) {
    this.#canReadPeers = canReadPeers;
    const resolved = resolveServerOptions(options);
    const log = guardedLog(resolved.log, () => this.stats.error('log_failed'));
    this.#options = { ...resolved, log };
    const now = (): number => performance.now();
    this.router = router;
    this.stats = new ServerStats({ ...this.#options, maxUserAgentBytes: () => this.#options.maxUserAgentBytes, now });
    this.#budget = new ByteBudget({ maxBytes: this.#options.maxBufferedBytesTotal });
    this.#containment = this.#options.containErrors ? processContainment : undefined;
    this.#faults = new FaultLog({
      to: { log: (code, message, data) => log.error(code, message, data) },
      of: 'all connections',
      now,
      maxLines: FAULT_LINES_PER_SECOND,
    });
    this.#refusals = new FaultLog({ to: this.#faults, of: 'refused connections', now });
    this.#dispatcher = new Dispatcher({
      router,
      stats: this.stats,
      log,
      budget: this.#budget,
      onOverBudget: () => this.#shed(),
      limits: () => this.#options,
      now,
      containment: this.#containment,
    });
    const limits = (): ResolvedServerOptions => this.#options;
    this.#host = {
      dispatcher: this.#dispatcher,
      budget: this.#budget,
      blocks: new BlockPool(),
      turns: new TurnQueue(now),
      stats: this.stats,
      log,
      faults: this.#faults,
      get limits() {
        return limits();
      },
      sharedReadBuffer: this.#options.sharedReadBuffer,
      now,
      onOverBudget: () => this.#shed(),
    };
    this.#admission = new Admission(admissionOptions(this.#options));
    addIntrospection(router, {
      stats: this.stats,
      options: () => this.#options,
      service: this.#options.service,
      contract: new ServiceContract({
        service: this.#options.service,
        document: this.#options.contractDocument,
        contracts: () => router.contracts,
        log,
      }),
      load: () => this.load,
      state: () => this.#state,
    });
  }

  /** Where the server listens; undefined before and after. */
  get path(): string | undefined {
    return this.#listener?.path;
  }

  /** Requests that run, and bytes held for peers, now. */
  get load(): ServerLoad {
    return {
      inFlight: this.#dispatcher.inFlight,
      waiting: this.#dispatcher.waiting,
      bufferedBytes: this.#budget.bytes,
    };
  }

  /**
   * Serves more endpoints, now or while it runs; all of them or none.
   *
   * @throws EndpointError if one is served already; OptionError if `endpoints` or `middleware` is no list of such
   */
  addEndpoints(endpoints: readonly EndpointHandler[], options?: AddEndpointsOptions): void {
    addEndpoints(this.router, endpoints, options);
  }

  /** Serves what no route matches; undefined answers `no_handler_found`. */
  setDefaultHandle(handle: Handle | undefined): void {
    this.#dispatcher.defaultRoute = handle && { name: 'DefaultHandler', serves: '(default)', handle };
  }

  /**
   * Accepts connections. Resolves when the first client can connect, not earlier. A {@link drain} or {@link abort} that is
   * asked for meanwhile follows then. A server listens once: one that has stopped is not started again.
   *
   * @throws OptionError if there is no path to listen on, or a policy of who may connect could not be enforced
   * @throws ListenError naming what stands in the way and the remedy; nothing of it is left behind
   */
  async listen(): Promise<void> {
    if (this.#isToStop) throw new ListenError('stopped', 'this server was stopped; create another one to listen again');
    if (this.#starting ?? this.#listener) {
      throw new ListenError('already_running', 'this server listens already; call listen() once');
    }
    this.#starting = this.#start();
    try {
      await this.#starting;
    } finally {
      this.#starting = undefined;
    }
  }

  /**
   * A way in from this process, for tests: the same limits, deadlines, cancellation and drain, without a socket. Works with
   * and without {@link listen}, until the server stops.
   */
  inMemory(): Transport {
    return memoryTransport((stream) => {
      if (this.#state === 'going') return false;
      this.#begin();
      this.#accept(stream, thisProcess());
      return true;
    });
  }

  /**
   * Changes limits while running; what is absent goes back to its default. Path, mode, group, backlog and
   * containment stay as they are until the next start.
   *
   * @throws OptionError, nothing changed
   */
  reconfigure(options: ServerOptions): void {
    const { socketPath, socketMode, socketOwner, socketGroup, listenBacklog, log, containErrors, sharedReadBuffer } =
      this.#options;
    const fixed = {
      socketPath,
      socketMode,
      socketOwner,
      socketGroup,
      listenBacklog,
      log,
      containErrors,
      sharedReadBuffer,
    };
    const resolved = resolveServerOptions({ ...options, ...fixed });
    assertEnforceable(resolved, this.#canReadPeers);
    this.#options = resolved;
    this.#budget.maxBytes = this.#options.maxBufferedBytesTotal;
    this.#dispatcher.limitsChanged();
    this.stats.slowThresholdMs = this.#options.slowThresholdMs;
    this.#admission.update(admissionOptions(this.#options));
    if (this.#sweeper) this.#startSweeping();
  }

  /** Closes every connection at once, whatever it waits for. Returns how many there were. */
  closeConnections(): number {
    const open = [...this.#connections];
    for (const connection of open) connection.destroy();
    return open.length;
  }

  /** Stops in order: nothing that can still be answered is lost. Idempotent. @see docs/guides/operation.md#stopping */
  drain(): Promise<DrainOutcome> {
    this.#isToStop = true;
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /** Stops at once: closes the socket and every connection. */
  async abort(): Promise<void> {
    this.#isToStop = true;
    if (this.#starting) await this.#started();
    await this.#listener?.unpublish();
    await this.#listener?.close();
    this.closeConnections();
    this.#stop();
  }

  /** `await using`: {@link drain}s at the end of its block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }

  async #start(): Promise<void> {
    const { socketPath, socketMode, socketOwner, socketGroup, listenBacklog, log } = this.#options;
    if (socketPath === undefined) {
      throw new OptionError('socketPath', 'is missing; give the path of the UNIX socket to listen on');
    }
    assertEnforceable(this.#options, this.#canReadPeers);
    this.#listener = await listen({
      socketPath,
      mode: socketMode,
      owner: socketOwner,
      group: socketGroup,
      backlog: listenBacklog,
      onConnection: (socket) => this.#accept(socket),
      onError: (error) => log.error('ipc_server_err', error.message),
    });
    this.#begin();
  }

  /** Resolves when the {@link listen} that is under way has ended; who called it is told how. */
  async #started(): Promise<void> {
    await this.#starting?.catch(() => undefined);
  }

  #begin(): void {
    if (this.#state === 'serving') return;
    this.#state = 'serving';
    if (this.#containment?.start() === false) {
      const what = 'this process has an uncaughtException capture already; handlers that throw later end it';
      this.#options.log.debug(1, `WARNING: ${what}`);
    }
    this.#startSweeping();
  }

  async #drain(): Promise<DrainOutcome> {
    if (this.#starting) await this.#started();
    const wasServing = this.#state === 'serving';
    this.#state = 'going';
    if (!wasServing) return { abandoned: 0, ms: 0 };
    const outcome = await drain({
      listener: this.#listener,
      dispatcher: this.#dispatcher,
      connections: this.#connections,
      accepted: () => this.#accepted,
      now: this.#host.now,
      graceMs: this.#options.drainGraceMs,
      timeoutMs: this.#options.drainTimeoutMs,
    });
    this.#stop();
    return outcome;
  }

  #stop(): void {
    this.#state = 'going';
    if (!this.#sweeper) return;
    this.#listener = undefined;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    this.#dispatcher.stop();
    this.#containment?.stop();
    this.#refusals.close();
    this.#faults.close();
  }

  /** @param peer Who is at the other end, where that is known without asking. */
  #accept(stream: Duplex, peer?: PeerCredentials): void {
    this.#accepted++;
    const admitted = this.#admission.admit(descriptorOf(stream), peer);
    if (isRefusal(admitted)) {
      this.stats.error(admitted.reason);
      this.#refusals.log(admitted.code, admitted.message, { reason: admitted.reason });
      refuse(stream, admitted);
      return;
    }
    this.stats.opened();
    const onGone = (gone: Connection): void => {
      this.#connections.delete(gone);
      this.#admission.release(admitted);
      this.stats.closed();
    };
    this.#connections.add(new Connection(stream, this.#host, { onGone, peer }));
  }

  /** Memory is short: who holds most of it goes, until the rest fits. */
  #shed(): void {
    while (this.#budget.isOver) {
      let largest: Connection | undefined;
      for (const connection of this.#connections) {
        if (!largest || connection.heldBytes > largest.heldBytes) largest = connection;
      }
      if (!largest || largest.heldBytes === 0) return;
      const message = `the server may hold ${this.#budget.maxBytes} bytes for all clients; this client's ${largest.heldBytes} were the most`;
      largest.abort('resource_exhausted', 'over_budget', message);
    }
  }

  #startSweeping(): void {
    const { frameTimeoutMs, slowReaderTimeoutMs, idleTimeoutMs } = this.#options;
    const shortest = Math.min(frameTimeoutMs, slowReaderTimeoutMs, idleTimeoutMs || Infinity);
    clearInterval(this.#sweeper);
    this.#sweeper = setInterval(
      () => {
        const now = this.#host.now();
        for (const connection of this.#connections) connection.sweep(now);
      },
      Math.min(SWEEP_MS, Math.max(10, shortest / 4)),
    );
    this.#sweeper.unref();
  }
}

/** What the kernel would say of a peer in this process. */
function thisProcess(): PeerCredentials {
  return { pid: process.pid, uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
}
