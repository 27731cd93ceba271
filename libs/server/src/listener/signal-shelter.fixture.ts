import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { shelteredFromSignals } from './signal-shelter';

/** Signals itself in the middle of a section that keeps a directory. */
interface ShelterTask {
  readonly directory: string;
  readonly signal: NodeJS.Signals;
  /** The application listens to the signal as well, and reports whether it found the directory then. */
  readonly listens: boolean;
}

process.on('message', ({ directory, signal, listens }: ShelterTask) => {
  if (listens) process.on(signal, () => process.send?.({ heard: signal, left: existsSync(directory) }));
  shelteredFromSignals(() => {
    mkdirSync(directory);
    process.kill(process.pid, signal);
    // Long enough for the signal to arrive.
    for (const end = Date.now() + 5; Date.now() < end;);
    rmdirSync(directory);
  });
});
process.on('disconnect', () => process.exit());
process.send?.('loaded');
