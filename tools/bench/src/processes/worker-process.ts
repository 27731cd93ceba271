import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Answer, Question } from './question';

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** How long a process may take to end once its stdin is closed. */
const END_MS = 5_000;
/** A system that has not answered by then has lost a call, and that is a failure. */
const ANSWER_MS = 60_000;

/** A process of the bench, seen from its parent. It ends with its parent, or by {@link WorkerProcess.stop}. */
export class WorkerProcess {
  readonly #name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: Waiter[] = [];
  readonly #ended: Promise<void>;
  #stderr = '';

  private constructor(name: string, command: readonly [string, ...string[]]) {
    this.#name = name;
    const [file, ...args] = command;
    this.#child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    // Writing to a process that has ended; its end says more.
    this.#child.stdin.on('error', () => undefined);
    createInterface(this.#child.stdout).on('line', (line) => this.#onLine(line));
    this.#ended = new Promise((resolve) => {
      const onEnd = (how: string): void => {
        const error = new Error(`${name} ended (${how})\n${this.#stderr}`.trimEnd());
        for (const { reject } of this.#waiting.splice(0)) reject(error);
        resolve();
      };
      this.#child.once('error', (error) => onEnd(error.message));
      this.#child.once('close', (code, signal) => onEnd(`code ${code}, signal ${signal}`));
    });
  }

  /** Starts a command that answers questions; resolves when it says that it is ready. @throws Error if it ends before */
  static async start(name: string, command: readonly [string, ...string[]]): Promise<WorkerProcess> {
    const worker = new WorkerProcess(name, command);
    try {
      await worker.#answer();
    } catch (error) {
      await worker.stop();
      throw error;
    }
    return worker;
  }

  /** Asks one thing; questions are answered in turn. @throws Error with what went wrong there, or the process's stderr */
  async ask<Value>(command: string, argument: unknown = null): Promise<Value> {
    const question: Question = { command, argument };
    const answered = this.#answer();
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    return (await answered) as Value;
  }

  /** Lets the process, with all its threads, run on these CPUs only: `1`, `0-3`. */
  pin(cpus: string): void {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cpus, String(this.#child.pid)], { stdio: 'ignore' });
  }

  /** Ends the process; kills it where it does not end by itself. Harmless a second time. */
  async stop(): Promise<void> {
    this.#child.stdin.end();
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await this.#ended;
    clearTimeout(killer);
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        reject(new Error(`${this.#name} has ended\n${this.#stderr}`.trimEnd()));
        return;
      }
      const timer = setTimeout(() => {
        reject(new Error(`${this.#name} has not answered within ${ANSWER_MS} ms`));
      }, ANSWER_MS);
      this.#waiting.push({
        resolve(value) {
          clearTimeout(timer);
          resolve(value);
        },
        reject(error) {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }

  #onLine(line: string): void {
    const waiter = this.#waiting.shift();
    if (!waiter) return;
    try {
      const answer = JSON.parse(line) as Answer;
      if ('error' in answer) waiter.reject(new Error(`${this.#name}: ${answer.error}`));
      else waiter.resolve(answer.value);
    } catch {
      waiter.reject(new Error(`${this.#name} printed what is no answer: ${line.slice(0, 200)}`));
    }
  }
}
