import { existsSync, rmdirSync, mkdirSync } from 'node:fs';
import { shelteredFromSignals } from './signal-shelter';

/** Signals itself in the middle of a section that keeps a directory. */
interface ShelterTask {
  readonly directory: string;
  readonly signal: NodeJS.Signals;
  /** The application listens to the signal as well. */
  readonly listens: boolean;
}

process.on('message', ({ directory, signal, listens }: ShelterTask) => {
  let heard = 0;
  if (listens) process.on(signal, () => heard++);
  shelteredFromSignals(() => {
    mkdirSync(directory);
    process.kill(process.pid, signal);
    // Long enough for the signal to arrive.
    for (const end = Date.now() + 5; Date.now() < end;);
    rmdirSync(directory);
  });
  // Node hands the signal over when it polls.
  setTimeout(() => process.send?.({ heard, left: existsSync(directory) }), 1);
});
process.on('disconnect', () => process.exit());
process.send?.('loaded');
