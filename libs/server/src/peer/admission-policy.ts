import { uidLimited } from '../builtin/access';
import { OptionError } from '../option-error';
import type { ResolvedServerOptions } from '../options';
import type { AdmissionOptions } from './admission';
import { openFileLimit } from './open-file-limit';

/** File descriptors kept for the process itself: log files, child processes, other sockets. */
const RESERVED_FDS = 16;

/** Who may connect to a server of these options, and how many in this process. */
export function admissionOptions(options: ResolvedServerOptions): AdmissionOptions {
  const { maxConnections, maxConnectionsPerUid, allowUids, allowGids } = options;
  const files = openFileLimit();
  return {
    // Leaves room for the files of the process itself; where few are allowed at all, half of them.
    maxConnections: Math.min(maxConnections, files >= 128 ? files - 64 : files / 2),
    maxConnectionsPerUid,
    allowUids,
    allowGids,
    reservedFds: RESERVED_FDS,
    openFileLimit: files,
  };
}

/** @throws OptionError where a policy of who may connect could not be enforced */
export function assertEnforceable(
  { allowUids, allowGids, builtins }: ResolvedServerOptions,
  canReadPeers: () => boolean,
): void {
  const option = allowUids ? 'allowUids' : allowGids ? 'allowGids' : uidLimited(builtins);
  if (option === undefined || canReadPeers()) return;
  throw new OptionError(
    option,
    `needs the optional package koffi to ask the kernel who connects; install it or ${
      option.startsWith('builtins') ? 'give true or false' : 'leave the policy to socketMode and socketGroup'
    }`,
  );
}
