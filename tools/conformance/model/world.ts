import { createClient, type IpcClient, type IpcError } from '@pixl-ipc/client';
import type { Duplex } from 'node:stream';
import { vi } from 'vitest';
import { disorder, remains, type Seen } from './invariants';
import { CallRecord, said, type Run } from './record';
import { CREDIT, held, listed, startServer, type Handlers, type ModelServer } from './servers';
import type { Making, Sequence, Step } from './step';

const CALLERS = 2;

/** Where a world's servers listen; undefined: they are reached in memory. */
export type PathOf = (server: number) => string | undefined;

/**
 * Two callers, a server at a time, everything that was asked between them, and what all of it must add up to. Time is
 * the test's: it passes in `tick`.
 */
export class World {
  readonly #calls: CallRecord[] = [];
  readonly #clients: readonly IpcClient[];
  readonly #servers: ModelServer[] = [];
  readonly #lines: Duplex[] = [];
  readonly #pathOf: PathOf;
  readonly #handlers: Handlers = {
    held: ({ key, heeds }, signal) => this.#hold(key, { heeds, signal }),
    listed: ({ key, items, then }, signal) => this.#list(key, { items, then, signal }),
  };
  /** Last replies that came after their call had ended. */
  #late = 0;
  readonly #strange: string[] = [];

  private constructor(pathOf: PathOf, jitter: number) {
    this.#pathOf = pathOf;
    this.#clients = Array.from({ length: CALLERS }, () => this.#createClient(jitter));
  }

  static async open({ jitter }: Sequence, pathOf: PathOf = () => undefined): Promise<World> {
    const world = new World(pathOf, jitter);
    await world.#serve();
    return world;
  }

  /** Outcomes that callers were told. */
  get outcomes(): string[] {
    return this.#calls.flatMap(({ outcomes }) => outcomes.map(({ told }) => said(told)));
  }

  /** Handlers that were started. */
  get runs(): number {
    return this.#calls.reduce((sum, { runs }) => sum + runs.length, 0);
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'call':
      case 'notify':
      case 'stream':
        this.#make(step);
        break;
      case 'abort':
        pick(this.#open(), step.at)?.giveUp('abort');
        break;
      case 'leave':
        pick(
          this.#open().filter(({ stream }) => stream),
          step.at,
        )?.giveUp('leave');
        break;
      case 'read':
        this.#read(
          pick(
            this.#open().filter(({ stream }) => stream),
            step.at,
          ),
        );
        break;
      case 'reply':
      case 'throw':
        // Also those that run on though nobody waits for them.
        pick(this.#runs(), step.at)?.[step.do]();
        break;
      case 'kill':
        this.#kill(step.how, pick(this.#openLines(), step.at));
        break;
      case 'drain':
      case 'abort server':
        this.#stop(step.do);
        break;
      case 'replace':
        if (this.#current.going) await this.#serve();
        break;
      case 'tick':
        vi.advanceTimersByTime(step.ms);
        break;
      case 'turn':
        await turn();
        break;
      case 'rest':
        await this.#rest(() => disorder(this.#seen));
    }
  }

  /** Callers close, the server drains, and nothing of it all may be left. */
  async end(drainMs: number): Promise<void> {
    await this.#rest(() => disorder(this.#seen));
    const closed = Promise.all(this.#clients.map((client) => client.close({ drainMs })));
    for (const stopping of this.#servers) {
      stopping.going = true;
      void stopping.server.drain();
    }
    await this.#rest(() => {
      vi.advanceTimersByTime(100);
      for (const call of this.#calls) if (call.stream && call.outcomes.length === 0) this.#read(call);
      return remains(this.#seen);
    });
    await closed;
    // What handlers say now is heard by nobody.
    for (const run of this.#runs()) run.reply();
    await this.#rest(() => remains(this.#seen));
  }

  /** Waits until nothing is wrong; what needs longer than everything needs is wrong. */
  async #rest(wrong: () => string | undefined): Promise<void> {
    let last: string | undefined;
    for (let turns = 0; turns < 300; turns++) {
      await turn();
      last = wrong();
      if (last === undefined) return;
    }
    throw new Error(last);
  }

  get #seen(): Seen {
    return {
      calls: this.#calls,
      clients: this.#clients,
      servers: this.#servers,
      lines: this.#lines,
      late: this.#late,
      strange: this.#strange,
    };
  }

  get #current(): ModelServer {
    const current = this.#servers.at(-1);
    if (!current) throw new Error('a world begins with a server');
    return current;
  }

  async #serve(): Promise<void> {
    this.#servers.push(await startServer(this.#handlers, this.#pathOf(this.#servers.length)));
  }

  #stop(how: 'drain' | 'abort server'): void {
    const { server } = this.#current;
    this.#current.going = true;
    void (how === 'drain' ? server.drain() : server.abort());
  }

  #createClient(jitter: number): IpcClient {
    const connect = (): Duplex => {
      const line = this.#current.dial();
      this.#lines.push(line);
      return line;
    };
    const client = createClient({
      transport: { connect, describe: 'the server of the model' },
      requestTimeoutMs: 1_000,
      reconnectInitialMs: 10,
      reconnectMaxMs: 100,
      random: () => jitter,
      // No two alike are needed but here, and random ones cost more than a call.
      newIdPrefix: () => `l${this.#lines.length}`,
    });
    client.on('late', ({ reply }) => (this.#late += reply.continues ? 0 : 1));
    client.on('unmatched', () => this.#strange.push('a reply was unmatched'));
    client.on('unreadable', ({ error }) => this.#strange.push(error.message));
    return client;
  }

  #make(making: Making): void {
    const client = this.#clients[making.by] ?? this.#clients[0];
    if (!client) return;
    const call = new CallRecord(`k${this.#calls.length}`, making, client, performance.now());
    this.#calls.push(call);
    const { timeoutMs, retry, heeds, items, then } = making;
    const data = { key: call.key, heeds, items, then };
    const options = { timeoutMs, retry, signal: call.abort.signal };
    const fail = (error: unknown): void => call.tell(error as IpcError);
    switch (making.do) {
      case 'call':
        client.call(held, data, options).then(({ key }) => {
          call.tell('ok');
          if (key !== call.key) this.#strange.push(`${call.key} got the reply of ${key}`);
        }, fail);
        break;
      case 'notify':
        client.notify(held, data, options).then(() => call.tell('ok'), fail);
        break;
      case 'stream':
        call.stream = client.stream(listed, data, { ...options, credit: CREDIT });
        this.#read(call);
    }
  }

  /** Its end is its outcome, which comes with the reading of it. */
  #read(call: CallRecord | undefined): void {
    if (!call?.stream) return;
    call.asked++;
    call.stream.next().then(
      ({ done, value }) => {
        if (done) {
          if (call.outcomes.length === 0) call.tell('ok');
          return;
        }
        if (value !== call.read) this.#strange.push(`${call.key} got item ${value} as its ${call.read}th`);
        call.read++;
      },
      (error: unknown) => call.tell(error as IpcError),
    );
  }

  #kill(how: 'caller' | 'reset' | 'server', line: Duplex | undefined): void {
    if (how === 'server') this.#current.server.closeConnections();
    else line?.destroy(how === 'reset' ? Object.assign(new Error('reset'), { code: 'ECONNRESET' }) : undefined);
  }

  #hold(key: string, { heeds, signal }: { heeds: boolean; signal: AbortSignal }): Promise<{ key: string }> {
    return new Promise((resolve, reject) => {
      const run = this.#begin(key, signal);
      const end = (settle: () => void) => (): void => {
        run.ended = true;
        settle();
      };
      run.reply = end(() => resolve({ key }));
      run.throw = end(() => reject(new Error('as the step says')));
      if (heeds) signal.addEventListener('abort', run.throw);
    });
  }

  async *#list(
    key: string,
    { items, then, signal }: Pick<Making, 'items' | 'then'> & { signal: AbortSignal },
  ): AsyncGenerator<number> {
    const run = this.#begin(key, signal);
    try {
      while (run.yielded < items) yield run.yielded++;
      if (then === 'fail') throw new Error('as the step says');
      if (then === 'hang') await new Promise((resolve) => signal.addEventListener('abort', resolve));
    } finally {
      run.ended = true;
    }
  }

  #begin(key: string, signal: AbortSignal): Run {
    const nothing = (): void => undefined;
    const run: Run = { signal, startedAt: performance.now(), ended: false, yielded: 0, reply: nothing, throw: nothing };
    this.#calls.find((call) => call.key === key)?.runs.push(run);
    return run;
  }

  #open(): CallRecord[] {
    return this.#calls.filter(({ isOver }) => !isOver);
  }

  #runs(): Run[] {
    return this.#calls.flatMap(({ kind, runs }) => (kind === 'stream' ? [] : runs.filter(({ ended }) => !ended)));
  }

  #openLines(): Duplex[] {
    return this.#lines.filter(({ destroyed }) => !destroyed);
  }
}

function pick<Thing>(things: readonly Thing[], at: number): Thing | undefined {
  return things[at % Math.max(1, things.length)];
}

/** Lets what is under way in this process go on: sockets are read, promises run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
