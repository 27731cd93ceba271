import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { listen } from '../listener/listener';
import { Admission, isRefusal, type AdmissionOptions, type Admitted } from './admission';
import { openFileLimit } from './open-file-limit';
import { refuse, type Refusal } from './refusal';

/** Where to listen, and what differs from a server that admits everybody. */
export type AdmittingTask =
  | {
      readonly task: 'listen';
      readonly socketPath: string;
      readonly mode: number;
      readonly admission: Partial<AdmissionOptions>;
    }
  | { readonly task: 'report' };

/** What the server saw. */
export interface AdmissionReport {
  readonly accepted: number;
  readonly refused: Readonly<Partial<Record<Refusal['reason'], number>>>;
  readonly connected: number;
  readonly openFileLimit: number;
  /** Descriptors in use now, below the limit: one may be inherited from above it. */
  readonly openFiles: number;
}

const refused: Partial<Record<Refusal['reason'], number>> = {};
let accepted = 0;
let admission: Admission | undefined;

function serve(socket: Socket, admission: Admission): void {
  accepted++;
  const outcome = admission.admit((socket as unknown as { _handle: { fd: number } })._handle.fd);
  if (isRefusal(outcome)) {
    refused[outcome.reason] = (refused[outcome.reason] ?? 0) + 1;
    refuse(socket, outcome);
    return;
  }
  echo(socket, () => admission.release(outcome satisfies Admitted));
}

function echo(socket: Socket, onClosed: () => void): void {
  socket.on('error', () => undefined);
  socket.on('close', onClosed);
  socket.pipe(socket);
}

async function perform(task: AdmittingTask): Promise<unknown> {
  if (task.task === 'report') {
    const report: AdmissionReport = {
      accepted,
      refused,
      connected: admission?.count ?? 0,
      openFileLimit: openFileLimit(),
      openFiles: readdirSync('/proc/self/fd').filter((fd) => Number(fd) < openFileLimit()).length - 1,
    };
    return report;
  }
  const admitting = new Admission({
    maxConnections: 4_096,
    maxConnectionsPerUid: 1_024,
    allowUids: undefined,
    allowGids: undefined,
    reservedFds: 16,
    openFileLimit: openFileLimit(),
    ...task.admission,
  });
  admission = admitting;
  await listen({
    socketPath: task.socketPath,
    mode: task.mode,
    owner: undefined,
    group: undefined,
    backlog: 511,
    onConnection: (socket) => serve(socket, admitting),
    onError: (error) => console.error(error),
  });
  return 'listening';
}

process.on('message', (task: AdmittingTask) => {
  void perform(task).then((answer) => process.send?.(answer as object));
});
process.on('disconnect', () => process.exit());
process.send?.('loaded');
