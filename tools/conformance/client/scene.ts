import { createFaultProxy, until, type FaultProxy } from '@pixl-ipc/testkit';
import { CallLedger } from './call-ledger';
import { bothCallers, type Caller } from './callers';
import { seededRandom } from './seeded-random';

/** When a fault comes: nothing is asked for; requests run; requests and replies are half through. */
export const MOMENTS = ['idle', 'in flight', 'mid-frame'] as const;
export type Moment = (typeof MOMENTS)[number];

/** Promise 1: how long after its deadline a call may settle. */
export const MAX_LATE_MS = 100;

export interface SceneOptions {
  /** Unique over the test file: seeds the random numbers, and begins the ids. */
  readonly name: string;
  /** Where the proxy listens, and the server. */
  readonly path: string;
  readonly target: string;
  /** The file that the servers write into what they execute. */
  readonly ledgerFile: string;
  readonly timeoutMs: number;
  /** Whose calls; default those of both clients of Node. */
  readonly callers?: readonly Caller[];
}

/** Both clients before a server, a proxy between, and the ledger of their calls. */
export class Scene implements AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly callers: readonly Caller[];
  readonly ledger: CallLedger;
  /** 0 ≤ number < 1, the same in every run. */
  readonly random: () => number;
  readonly #timeoutMs: number;

  private constructor(proxy: FaultProxy, random: () => number, options: SceneOptions) {
    const { name, path, ledgerFile, timeoutMs } = options;
    this.proxy = proxy;
    this.random = random;
    this.callers = options.callers ?? bothCallers({ path, timeoutMs, reconnectMs: 10 });
    this.ledger = new CallLedger(ledgerFile, name);
    this.#timeoutMs = timeoutMs;
  }

  static async open(options: SceneOptions): Promise<Scene> {
    const random = seededRandom(`2026-11-22 ${options.name}`);
    const proxy = await createFaultProxy({ path: options.path, target: options.target, random });
    const scene = new Scene(proxy, random, options);
    await scene.connect();
    return scene;
  }

  async connect(): Promise<void> {
    await Promise.all(this.callers.map((caller) => caller.connect()));
  }

  /** Each client makes three calls. */
  make({ delayMs = 0 } = {}): void {
    for (const caller of this.callers) {
      for (let n = 0; n < 3; n++) {
        const payload = 'é'.repeat(Math.floor(this.random() * 60));
        void this.ledger.call(caller, { payload, delayMs });
      }
    }
  }

  /** Brings the connections to the moment, and leaves their calls open. */
  async reach(moment: Moment): Promise<void> {
    this.make();
    await this.settled();
    if (moment === 'idle') return;
    if (moment === 'mid-frame') this.proxy.set({ toClient: { kind: 'drip', bytes: 5, everyMs: 2 } });
    this.make({ delayMs: moment === 'in flight' ? 30 : 0 });
    const { ledger } = this;
    await until(() => ledger.executed().size === ledger.calls, { what: 'the server to have the calls' });
    if (moment === 'in flight') return;
    this.proxy.set({ toServer: { kind: 'drip', bytes: 5, everyMs: 2 } });
    this.make();
    const instant = performance.now() + this.random() * 10;
    await until(() => performance.now() > instant, { what: 'some of the frames to have passed' });
  }

  /** Resolves when every call has an outcome. */
  async settled(): Promise<void> {
    const { ledger } = this;
    const what = (): string => `${ledger.calls - ledger.settled} of ${ledger.calls} calls to settle`;
    await until(() => ledger.settled === ledger.calls, { what, timeoutMs: this.#timeoutMs + 5_000 });
  }

  /** Resolves when whatever came late to the open connections has come. */
  async drained(): Promise<void> {
    await this.connect();
    const ends = this.callers.map(
      (caller) => new Promise((resolve) => caller.start('/work', { id: '', payload: '' }, resolve)),
    );
    await Promise.all(ends);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.callers.map((caller) => caller.close()));
    await this.proxy.close();
  }
}
