import { createRequire } from 'node:module';

/** Who is at the other end, as the kernel recorded when it connected: no claim of the peer's own. */
export interface PeerCredentials {
  /** 0 where the peer lives in a process namespace that this one cannot see. */
  readonly pid: number;
  /** Effective uid. */
  readonly uid: number;
  /** Effective gid; the peer's supplementary groups are not told. */
  readonly gid: number;
}

/** Asks the kernel who is at the other end of a socket. */
export interface CredentialSource {
  /** Whether there is anything to ask with: Linux, and koffi installed. */
  available(): boolean;
  /** The peer of the connected UNIX socket `fd`; null where the kernel does not say. Never throws. */
  read(fd: number): PeerCredentials | null;
}

/** The part of koffi that is used. */
interface ForeignFunctions {
  load(path: string | null): { func(definition: string): (...values: unknown[]) => unknown };
}

type GetSockOpt = (fd: number, level: number, name: number, value: Uint32Array, length: [number]) => unknown;

const GETSOCKOPT = 'int getsockopt(int fd, int level, int name, _Out_ void *value, _Inout_ uint32_t *length)';
/** Null: what the process has loaded already, libc included. By name for builds that do not show it. */
const LIBRARIES = [null, 'libc.so.6', 'libc.so'];
const SOL_SOCKET = 1;
/** `SO_PEERCRED`, where `SOL_SOCKET` is 1. MIPS and SPARC have other numbers and no koffi. */
const SO_PEERCRED: Partial<Record<NodeJS.Architecture, number>> = {
  arm: 17,
  arm64: 17,
  ia32: 17,
  loong64: 17,
  ppc64: 21,
  riscv64: 17,
  s390x: 17,
  x64: 17,
};
/** `struct ucred`: pid, uid, gid. */
const UCRED_WORDS = 3;

/**
 * Credentials by `getsockopt(SO_PEERCRED)`. koffi is an optional dependency and takes milliseconds to load, so that
 * happens on first use; a call takes 2–4 µs.
 *
 * @param loadKoffi Throws where koffi is missing, which makes the source unavailable for good.
 */
export function createCredentialSource(loadKoffi: () => unknown): CredentialSource {
  const option = process.platform === 'linux' ? SO_PEERCRED[process.arch] : undefined;
  const ucred = new Uint32Array(UCRED_WORDS);
  let getSockOpt: GetSockOpt | null | undefined;
  const ask = (): GetSockOpt | null => {
    // Null is an answer too.
    if (getSockOpt === undefined) getSockOpt = option === undefined ? null : bindGetSockOpt(loadKoffi);
    return getSockOpt;
  };
  return {
    available: () => ask() !== null,
    read(fd) {
      // A closed socket has no descriptor, and what comes in its place is not a number.
      if (!Number.isInteger(fd) || fd < 0 || option === undefined) return null;
      const length: [number] = [ucred.byteLength];
      if (ask()?.(fd, SOL_SOCKET, option, ucred, length) !== 0 || length[0] !== ucred.byteLength) return null;
      const [pid = 0, uid = 0, gid = 0] = ucred;
      return { pid, uid, gid };
    },
  };
}

function bindGetSockOpt(loadKoffi: () => unknown): GetSockOpt | null {
  let koffi: ForeignFunctions;
  try {
    koffi = loadKoffi() as ForeignFunctions;
  } catch {
    // Not installed, or without a build for this platform: both are said by being unavailable.
    return null;
  }
  for (const library of LIBRARIES) {
    try {
      return koffi.load(library).func(GETSOCKOPT);
    } catch {
      // Not under this name; the next may do.
    }
  }
  return null;
}

/** The kernel's credentials through the installed koffi. Its only state is whether koffi is there, found out once. */
export const kernelCredentials: CredentialSource = createCredentialSource(() => createRequire(__filename)('koffi'));

/** Whether peers' credentials can be read here: Linux, and koffi installed. Loads koffi. */
export function credentialsAvailable(): boolean {
  return kernelCredentials.available();
}

/**
 * Who is at the other end of the connected UNIX socket `fd`, or null where the kernel does not say or koffi is missing.
 * The descriptor must be open: once closed, its number may be another socket's.
 */
export function peerCredentials(fd: number): PeerCredentials | null {
  return kernelCredentials.read(fd);
}
