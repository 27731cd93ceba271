import { kernelCredentials, type CredentialSource, type PeerCredentials } from '@pixl-ipc/credentials';
import type { Refusal } from './refusal';

/** Who may connect, and how many. All `max…` inclusive. */
export interface AdmissionOptions {
  readonly maxConnections: number;
  /** Enforced where credentials are available. */
  readonly maxConnectionsPerUid: number;
  /**
   * With either list set, a peer is allowed if its uid is in `allowUids` or its gid in `allowGids`, and no one else: not
   * root, and not a peer whose credentials cannot be read. The gid is the peer's effective one, not its other groups.
   */
  readonly allowUids: readonly number[] | undefined;
  readonly allowGids: readonly number[] | undefined;
  /** Descriptors below the limit that no connection may take. */
  readonly reservedFds: number;
  /** Soft limit of open files; Infinity where unknown. */
  readonly openFileLimit: number;
}

/** A connection that counts, to be given back to {@link Admission.release}. */
export interface Admitted {
  readonly fd: number;
}

interface Counted extends Admitted {
  /** Whose connection it is, once that was of interest and could be found out. */
  uid: number | undefined;
}

/** Whether an accepted connection was refused. */
export function isRefusal(outcome: Admitted | Refusal): outcome is Refusal {
  return 'reason' in outcome;
}

/**
 * Decides on every accepted connection. Cheapest question first; credentials cost a system call, so they are read only
 * where a policy asks for them or where there are enough connections for one uid to be at its limit.
 */
export class Admission {
  #options: AdmissionOptions;
  readonly #credentials: CredentialSource;
  readonly #admitted = new Set<Counted>();
  /** Connections whose uid was not looked up, by descriptor: a later one with the same tells that the first is closed. */
  readonly #unattributed = new Map<number, Counted>();
  readonly #countByUid = new Map<number, number>();

  /** @param credentials Who tells a peer's uid and gid. */
  constructor(options: AdmissionOptions, credentials: CredentialSource = kernelCredentials) {
    this.#options = options;
    this.#credentials = credentials;
  }

  /** Connections that count now. */
  get count(): number {
    return this.#admitted.size;
  }

  /** Changes the limits for connections to come. */
  update(options: AdmissionOptions): void {
    this.#options = options;
  }

  /**
   * To be asked once for every accepted connection, within the accept: `fd` must be open. An admitted one must be released.
   *
   * @param fd -1 where it has none.
   * @param known Who is at the other end, where that needs no asking.
   */
  admit(fd: number, known?: PeerCredentials): Admitted | Refusal {
    const { maxConnections, maxConnectionsPerUid, allowUids, allowGids, openFileLimit, reservedFds } = this.#options;
    if (fd >= openFileLimit - reservedFds) {
      const message = `server is out of file descriptors: ${openFileLimit} allowed, ${reservedFds} reserved; raise its limit of open files`;
      return { code: 'resource_exhausted', reason: 'fd_reserve', message };
    }
    if (this.count >= maxConnections) {
      const message = `server has ${this.count} connections, limit ${maxConnections}; raise max_connections or share connections`;
      return { code: 'resource_exhausted', reason: 'max_connections', message };
    }
    const hasPolicy = (allowUids ?? allowGids) !== undefined;
    const isUidNearLimit = this.count >= maxConnectionsPerUid && this.#credentials.available();
    const peer = known ?? (hasPolicy || isUidNearLimit ? this.#credentials.read(fd) : undefined);
    if (hasPolicy && !this.#isAllowed(peer)) {
      const who = peer ? `uid ${peer.uid}, gid ${peer.gid}` : 'a peer of unknown uid';
      const message = `${who} may not connect; name it in allow_uids or allow_gids`;
      return { code: 'permission_denied', reason: 'uid_policy', message };
    }
    if (peer && isUidNearLimit) {
      this.#attributeAll();
      const count = this.#countByUid.get(peer.uid) ?? 0;
      if (count >= maxConnectionsPerUid) {
        const message = `uid ${peer.uid} has ${count} connections, limit ${maxConnectionsPerUid}; raise max_connections_per_uid or share connections`;
        return { code: 'resource_exhausted', reason: 'max_connections_per_uid', message };
      }
    }
    return this.#count(fd, peer?.uid);
  }

  /** Gives the place back, as soon as the connection is closed. Idempotent. */
  release(admitted: Admitted): void {
    const counted = admitted as Counted;
    if (!this.#admitted.delete(counted)) return;
    if (this.#unattributed.get(counted.fd) === counted) this.#unattributed.delete(counted.fd);
    if (counted.uid === undefined) return;
    const left = (this.#countByUid.get(counted.uid) ?? 0) - 1;
    if (left > 0) this.#countByUid.set(counted.uid, left);
    else this.#countByUid.delete(counted.uid);
  }

  #isAllowed(peer: PeerCredentials | null | undefined): boolean {
    if (!peer) return false;
    const { allowUids, allowGids } = this.#options;
    return (allowUids?.includes(peer.uid) ?? false) || (allowGids?.includes(peer.gid) ?? false);
  }

  #count(fd: number, uid: number | undefined): Admitted {
    const counted: Counted = { fd, uid: undefined };
    this.#admitted.add(counted);
    // Whoever stood here with the same descriptor is closed and about to be released.
    this.#unattributed.delete(fd);
    if (uid === undefined) this.#unattributed.set(fd, counted);
    else this.#attribute(counted, uid);
    return counted;
  }

  /** Finds out whose the connections are that nobody asked about so far. */
  #attributeAll(): void {
    for (const [fd, counted] of this.#unattributed) {
      const peer = this.#credentials.read(fd);
      if (peer) this.#attribute(counted, peer.uid);
    }
    // Who could not be found out now is closed already.
    this.#unattributed.clear();
  }

  #attribute(counted: Counted, uid: number): void {
    counted.uid = uid;
    this.#countByUid.set(uid, (this.#countByUid.get(uid) ?? 0) + 1);
  }
}
