import type { Call } from './call';
import { processContainment } from './containment';

/** Which rejection a process makes: of a contained handler, or of the process itself. */
export type Rejection = 'contained' | 'own';

const told: string[] = [];
const listener = (name: string) => (reason: unknown) => told.push(`${name}: ${String(reason)}`);
const reject = (): void => void Promise.resolve().then(() => Promise.reject(new Error('no')));

process.on('unhandledRejection', listener('before'));
processContainment.start();
process.on('unhandledRejection', listener('after'));
process.once('unhandledRejection', listener('once'));

process.on('message', (rejection: Rejection) => {
  const call: Pick<Call, 'failLate'> = { failLate: listener('call') };
  if (rejection === 'contained') processContainment.run(reject, call as Call);
  else reject();
  setImmediate(() => process.send?.(told.splice(0)));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
