import type { IpcError } from '@pixl-ipc/protocol';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createClient, type CallOptions, type IpcClient } from './ipc-client';
import type { ItemStream } from './stream/item-stream';
import { ManualClock } from './testing/manual-clock';
import { MemoryServer, type Line, type ReceivedRequest } from './testing/memory-server';
import { turns } from './testing/open-client';

const RUNS = 1_000;
const MAX_ATTEMPTS = 4;
const CREDIT = 3;
// Seconds alone, minutes on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

interface Made {
  readonly key: string;
  readonly kind: 'call' | 'notify' | 'stream';
  readonly options: CallOptions;
  readonly abort: AbortController;
  readonly stream?: ItemStream<unknown>;
  readonly outcomes: (IpcError | 'ok')[];
}

/** One step of a sequence. What `at` picks from may be empty: then the step does nothing. */
type Step =
  | { readonly do: 'call' | 'notify' | 'stream'; readonly options: CallOptions }
  | { readonly do: 'tick'; readonly ms: number }
  | { readonly do: 'up' | 'down' | 'close' | 'drain' }
  | {
      readonly do:
        | ('abort' | 'leave' | 'read')
        | ('reply' | 'item' | 'error' | 'busy' | 'refuse' | 'twice')
        | ('goaway' | 'fin' | 'reset');
      readonly at: number;
    };

const at = fc.nat({ max: 9 });
const options: fc.Arbitrary<CallOptions> = fc.record(
  { retry: fc.boolean(), timeoutMs: fc.constantFrom(0, 30, 300) },
  { requiredKeys: [] },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('call', 'call', 'notify', 'stream'), options }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tick'), ms: fc.constantFrom(1, 20, 60, 400, 6_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('up', 'up', 'down') }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom('reply', 'reply', 'item', 'item', 'error', 'busy', 'refuse'), at }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('abort', 'leave', 'read', 'read', 'twice'), at }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('goaway', 'fin', 'reset'), at }) },
);

/** A client, its server, and what the calls between them must add up to. */
class World {
  readonly clock = new ManualClock();
  readonly made: Made[] = [];
  /** Key → how often a server took the request in and did not refuse it. */
  readonly executed = new Map<string, number>();
  readonly server = new MemoryServer((request) => this.#execute(request, 1));
  readonly client: IpcClient;
  /** The request that was last answered to the end. */
  #last: ReceivedRequest | undefined;
  /** How many items were sent of each stream. */
  readonly #sent = new Map<ReceivedRequest, number>();

  constructor(random: () => number) {
    this.client = createClient({
      transport: this.server.transport,
      clock: this.clock,
      random,
      requestTimeoutMs: 1_000,
    });
  }

  take(step: Step): void {
    switch (step.do) {
      case 'call':
      case 'notify':
      case 'stream':
        this.#make(step.do, step.options);
        break;
      case 'tick':
        this.clock.advance(step.ms);
        break;
      case 'up':
      case 'down':
        this.server.up = step.do === 'up';
        break;
      case 'close':
        void this.client.close();
        break;
      case 'drain':
        void this.client.close({ drainMs: 100 });
        break;
      case 'abort':
        pick(this.made, step.at)?.abort.abort();
        break;
      case 'leave':
        void pick(this.#streams(), step.at)?.stream?.return();
        break;
      case 'read':
        this.#read(pick(this.#streams(), step.at));
        break;
      case 'twice':
        if (this.#last) this.server.say(this.#last.line, { v: 2, ipcReqID: this.#last.ipcReqID });
        break;
      case 'goaway':
      case 'fin':
      case 'reset':
        this.#harm(step.do, pick(this.server.openLines, step.at));
        break;
      default:
        this.#answer(step.do, pick(this.server.open, step.at));
    }
  }

  /** What must hold after every step. */
  check(): void {
    const unsettled = this.made.filter(({ outcomes }) => outcomes.length === 0);
    // A stream may have ended without its reader having come so far.
    expect(this.client.pendingCalls).toBeLessThanOrEqual(unsettled.length);
    expect(this.client.pendingCalls).toBeGreaterThanOrEqual(unsettled.filter(({ stream }) => !stream).length);
    for (const { stream } of this.made) expect(stream?.buffered ?? 0).toBeLessThanOrEqual(CREDIT);
  }

  /** Reads every stream to its end, which must be there. */
  async readAll(): Promise<void> {
    for (const made of this.#streams()) {
      for (let item = 0; item <= CREDIT && made.outcomes.length === 0; item++) {
        this.#read(made);
        await turns(1);
      }
    }
  }

  /** What must hold when all is over. */
  checkEnd(): void {
    for (const { key, options, abort, outcomes } of this.made) {
      const executed = this.executed.get(key) ?? 0;
      const [outcome] = outcomes;
      expect(outcomes.length, `${key} settled ${outcomes.length} times`).toBe(1);
      expect(executed, `${key} was executed ${executed} times`).toBeLessThanOrEqual(options.retry ? MAX_ATTEMPTS : 1);
      if (outcome === 'ok' || !outcome) continue;
      if (!outcome.sent) expect(executed, `${key}: ${outcome.message}`).toBe(0);
      if (outcome.code === 'deadline_exceeded') expect(options.timeoutMs).not.toBe(0);
      if (outcome.code === 'cancelled') expect(abort.signal.aborted).toBe(true);
    }
    expect([this.client.pendingCalls, this.client.state]).toEqual([0, 'closed']);
    expect(this.server.openLines).toEqual([]);
    expect(this.clock.timers).toBe(0);
  }

  #make(kind: Made['kind'], options: CallOptions): void {
    const key = `k${this.made.length}`;
    const abort = new AbortController();
    const outcomes: Made['outcomes'] = [];
    const all = { ...options, signal: abort.signal, credit: CREDIT };
    const fail = (error: unknown): void => void outcomes.push(error as IpcError);
    if (kind === 'stream') {
      const made: Made = { key, kind, options, abort, outcomes, stream: this.client.stream(`/${kind}`, key, all) };
      this.made.push(made);
      this.#read(made);
      return;
    }
    this.made.push({ key, kind, options, abort, outcomes });
    if (kind === 'notify') void this.client.notify(`/${kind}`, key, all).then(() => outcomes.push('ok'), fail);
    else {
      const settle = (data: unknown): void => {
        expect(data).toBe(key);
        outcomes.push('ok');
      };
      void this.client.call(`/${kind}`, key, all).then(settle, fail);
    }
  }

  #streams(): Made[] {
    return this.made.filter(({ stream }) => stream);
  }

  /** Its end is its outcome, which comes with the reading of it. */
  #read(made: Made | undefined): void {
    const { stream, outcomes } = made ?? {};
    if (!stream || !outcomes || outcomes.length > 0) return;
    stream.next().then(
      ({ done }) => done && outcomes.length === 0 && outcomes.push('ok'),
      (error: unknown) => outcomes.push(error as IpcError),
    );
  }

  #answer(how: 'reply' | 'item' | 'error' | 'busy' | 'refuse', request: ReceivedRequest | undefined): void {
    if (!request) return;
    const { data } = request;
    if (how === 'refuse') this.#execute(request, -1);
    const isStream = request.uri === '/stream';
    const seq = this.#sent.get(request) ?? 0;
    if (how === 'item' && isStream) this.#sent.set(request, seq + 1);
    else this.#last = request;
    const answers = {
      reply: isStream ? {} : { data },
      // As often as the steps say, whatever was granted: a client must bear that too.
      item: isStream ? { seq, data, continues: true } : { data },
      error: { code: 'app.failed', message: 'm' },
      busy: { code: 'unavailable', message: 'm', retryAfter: 10 },
      refuse: { code: 'unavailable', message: 'm', goaway: true },
    };
    this.server.answer(request, answers[how]);
  }

  #harm(how: 'goaway' | 'fin' | 'reset', line: Line | undefined): void {
    if (!line) return;
    if (how === 'goaway') this.server.goAway(line);
    else this.server.end(line, { how: how === 'fin' ? 'FIN' : 'RST' });
  }

  #execute({ uri, data }: ReceivedRequest, times: number): void {
    if (uri.startsWith('/ipcserver/')) return;
    const key = String(data);
    this.executed.set(key, (this.executed.get(key) ?? 0) + times);
  }
}

function pick<Thing>(things: readonly Thing[], at: number): Thing | undefined {
  return things[at % Math.max(1, things.length)];
}

test(`whatever happens, in ${RUNS} random sequences every call settles once, and says truly whether it may have run`, async () => {
  const tally: Record<string, number> = {};
  const sequence = fc.array(step, { minLength: 1, maxLength: 40 });
  const ending = fc.constantFrom<Step>({ do: 'close' }, { do: 'drain' });
  const random = fc.double({ min: 0, max: 0.99, noNaN: true });
  await fc.assert(
    fc.asyncProperty(sequence, ending, random, async (steps, end, jitter) => {
      const world = new World(() => jitter);
      for (const one of [...steps, end]) {
        world.take(one);
        await turns(3);
        world.check();
      }
      world.clock.advance(10_000);
      await turns(5);
      await world.readAll();
      world.checkEnd();
      for (const { outcomes } of world.made) {
        const [outcome] = outcomes;
        const name =
          outcome === 'ok' || !outcome ? 'ok' : `${outcome.code}, ${outcome.sent ? 'outcome unknown' : 'not sent'}`;
        tally[name] = (tally[name] ?? 0) + 1;
      }
    }),
    { numRuns: RUNS },
  );
  console.log(
    Object.entries(tally)
      .map(([name, count]) => `${count} ${name}`)
      .join('; '),
  );
});
