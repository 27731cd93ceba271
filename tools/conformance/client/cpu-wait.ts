import { readFileSync } from 'node:fs';

const SAMPLE_MS = 5;

/**
 * How long this thread was ready to run while the machine ran others. On a busy machine that is most of what a timer is
 * late, and nothing that a program could do better.
 */
export class CpuWait {
  #samples: { readonly at: number; readonly waitedMs: number }[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Harmless where it runs already. */
  start(): void {
    if (this.#timer) return;
    this.#samples = [sample()];
    this.#timer = setInterval(() => this.#samples.push(sample()), SAMPLE_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Milliseconds of the time since `instant`, which lies after the start. */
  since(instant: number): number {
    const now = sample();
    const then = this.#samples.findLast(({ at }) => at <= instant);
    return then ? Math.min(now.at - instant, now.waitedMs - then.waitedMs) : 0;
  }
}

function sample(): { at: number; waitedMs: number } {
  const [, waitedNs] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ');
  return { at: performance.now(), waitedMs: Number(waitedNs) / 1e6 };
}
