import { bundleFixture } from '@pixl-ipc/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A real process that runs a fixture and answers messages, one at a time. */
export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  ask<Answer>(message: unknown): Promise<Answer>;
  /** Sends a signal and waits for the end: the signal that ended it, or its exit code. */
  stop(signal: NodeJS.Signals): Promise<NodeJS.Signals | number | null>;
}

/** Starts a fixture beside the spec; resolves when it has loaded. Whoever starts it stops it. */
export async function startChild(file: string, { openFiles }: { openFiles?: number } = {}): Promise<Child> {
  const command = [process.execPath, await bundleFixture(file)];
  // The shell sets the hard limit as well: Node raises the soft one to it.
  const [program = '', ...args] = openFiles
    ? ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...command]
    : command;
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'message');
  return {
    process: child,
    pid: child.pid ?? 0,
    async ask<Answer>(message: unknown) {
      const answer = once(child, 'message') as Promise<[Answer]>;
      child.send(message as object);
      return (await answer)[0];
    },
    async stop(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        child.kill(signal);
        await exit;
      }
      return child.signalCode ?? child.exitCode;
    },
  };
}
