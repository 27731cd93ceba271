import { ListenError } from './listen-error';
import { listen, type Listener } from './listener';

/** What a starter is asked: to listen (at an instant in epoch milliseconds), to close, to become another user. */
export type StarterTask =
  | { readonly task: 'listen'; readonly socketPath: string; readonly at?: number; readonly mode?: number }
  | { readonly task: 'close' }
  | { readonly task: 'become'; readonly uid: number }
  | { readonly task: 'churn'; readonly socketPath: string };

/** What came of it: `listening`, `done`, or the code and message of the error. */
export interface StarterAnswer {
  readonly outcome: string;
  readonly message?: string;
}

let listener: Listener | undefined;

async function start(socketPath: string, mode = 0o600): Promise<StarterAnswer> {
  try {
    listener = await listen({
      socketPath,
      mode,
      owner: undefined,
      group: undefined,
      backlog: 511,
      onConnection: (socket) => socket.on('error', () => undefined).end(`${process.pid}\n`),
      onError: (error) => console.error(error),
    });
    return { outcome: 'listening' };
  } catch (error) {
    if (error instanceof ListenError) return { outcome: error.code, message: error.message };
    throw error;
  }
}

async function perform(task: StarterTask): Promise<StarterAnswer> {
  switch (task.task) {
    case 'listen':
      // All starters of a round leave this loop within microseconds.
      while (Date.now() < (task.at ?? 0));
      return start(task.socketPath, task.mode);
    case 'close':
      await listener?.close();
      listener = undefined;
      break;
    case 'become':
      process.setgroups?.([]);
      process.setgid?.(task.uid);
      process.setuid?.(task.uid);
      break;
    case 'churn':
      void churn(task.socketPath);
  }
  return { outcome: 'done' };
}

async function churn(socketPath: string): Promise<never> {
  for (;;) {
    await start(socketPath);
    await listener?.close();
  }
}

process.on('message', (task: StarterTask) => {
  void perform(task).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
process.send?.('loaded');
