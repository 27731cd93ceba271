import { until } from '@pixl-ipc/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What is served, and where. */
export interface ServeOptions {
  /** Of the workspace. */
  readonly root: string;
  readonly project: string;
  /** Path of the socket at which the daemon will accept. */
  readonly socket: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A daemon that `nx serve` runs, with the processes in between. */
export class Served implements AsyncDisposable {
  readonly #child: ChildProcess;
  #output = '';

  /** Runs `nx serve` until the daemon accepts at its socket. */
  static async start({ root, project, socket, env }: ServeOptions): Promise<Served> {
    const args = [join(root, 'node_modules/nx/dist/bin/nx.js'), 'serve', project];
    const served = new Served(spawn(process.execPath, args, { cwd: root, env, detached: true }));
    try {
      await until(() => existsSync(socket) || served.hasEnded, {
        what: () => `${project} to listen; it printed ${served.output}`,
        timeoutMs: 60_000,
      });
      if (!served.hasEnded) return served;
      throw new Error(`nx serve ${project} ended: ${served.output}`);
    } catch (error) {
      await served.stop();
      throw error;
    }
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
  }

  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Ends it as Ctrl-C in its terminal would: every process of the group is told. */
  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined || this.hasEnded) return;
    const ended = once(this.#child, 'close');
    process.kill(-pid, 'SIGINT');
    await ended;
    await until(() => !isGroup(pid), { what: `the processes of group ${pid} to end`, timeoutMs: 15_000 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function isGroup(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}
