import { describe, expect, it } from 'vitest';
import { Admission, isRefusal, type AdmissionOptions, type Admitted } from './admission';
import type { CredentialSource } from '@pixl-ipc/credentials';
import type { Refusal } from './refusal';

const OPEN: AdmissionOptions = {
  maxConnections: 100,
  maxConnectionsPerUid: 100,
  allowUids: undefined,
  allowGids: undefined,
  reservedFds: 16,
  openFileLimit: Infinity,
};

/** Peers by descriptor; counts how often it is asked. */
class Peers implements CredentialSource {
  asked = 0;
  readonly #uids: ReadonlyMap<number, number>;
  readonly #isAvailable: boolean;
  constructor(uids: Readonly<Record<number, number>> = {}, { available = true } = {}) {
    this.#uids = new Map(Object.entries(uids).map(([fd, uid]) => [Number(fd), uid]));
    this.#isAvailable = available;
  }
  available(): boolean {
    return this.#isAvailable;
  }
  read(fd: number): { pid: number; uid: number; gid: number } | null {
    this.asked++;
    const uid = this.#isAvailable ? this.#uids.get(fd) : undefined;
    return uid === undefined ? null : { pid: 1, uid, gid: uid + 1_000 };
  }
}

/** The reason of a refusal; undefined where admitted. */
function reasonOf(outcome: Admitted | Refusal): string | undefined {
  return isRefusal(outcome) ? outcome.reason : undefined;
}

function admitted(outcome: Admitted | Refusal): Admitted {
  if (isRefusal(outcome)) throw new Error(outcome.message);
  return outcome;
}

describe('the reserve of file descriptors', () => {
  it.each([
    [23, undefined],
    [24, 'fd_reserve'],
    [39, 'fd_reserve'],
  ])('of a limit of 40, 16 reserved: descriptor %i → %s', (fd, reason) => {
    expect(reasonOf(new Admission({ ...OPEN, openFileLimit: 40 }, new Peers()).admit(fd))).toBe(reason);
  });

  it('names limit and remedy', () => {
    expect(new Admission({ ...OPEN, openFileLimit: 40 }, new Peers()).admit(30)).toEqual({
      code: 'resource_exhausted',
      reason: 'fd_reserve',
      message: 'server is out of file descriptors: 40 allowed, 16 reserved; raise its limit of open files',
    });
  });
});

describe('maxConnections', () => {
  it('is inclusive, and a released place can be taken again', () => {
    const admission = new Admission({ ...OPEN, maxConnections: 2 }, new Peers());
    const first = admitted(admission.admit(20));
    admission.admit(21);
    expect(admission.admit(22)).toMatchObject({
      code: 'resource_exhausted',
      reason: 'max_connections',
      message: 'server has 2 connections, limit 2; raise max_connections or share connections',
    });
    admission.release(first);
    // A second release is no second place.
    admission.release(first);
    expect(admission.count).toBe(1);
    expect(reasonOf(admission.admit(20))).toBeUndefined();
    expect(reasonOf(admission.admit(22))).toBe('max_connections');
  });

  it('takes a new limit for connections to come', () => {
    const admission = new Admission({ ...OPEN, maxConnections: 1 }, new Peers());
    admission.admit(20);
    admission.update({ ...OPEN, maxConnections: 2 });
    expect(reasonOf(admission.admit(21))).toBeUndefined();
    expect(reasonOf(admission.admit(22))).toBe('max_connections');
  });
});

describe('the uid policy', () => {
  const peers = (): Peers => new Peers({ 20: 0, 21: 33, 22: 34 });

  it.each([
    { policy: { allowUids: [33] }, reasons: ['uid_policy', undefined, 'uid_policy'] },
    { policy: { allowUids: [33, 34] }, reasons: ['uid_policy', undefined, undefined] },
    { policy: { allowGids: [1_034] }, reasons: ['uid_policy', 'uid_policy', undefined] },
    { policy: { allowUids: [33], allowGids: [1_034] }, reasons: ['uid_policy', undefined, undefined] },
    { policy: { allowUids: [] }, reasons: ['uid_policy', 'uid_policy', 'uid_policy'] },
  ])('$policy lets in by uid or by gid, root not excepted', ({ policy, reasons }) => {
    const admission = new Admission({ ...OPEN, ...policy }, peers());
    expect([20, 21, 22].map((fd) => reasonOf(admission.admit(fd)))).toEqual(reasons);
    expect(admission.count).toBe(reasons.filter((reason) => !reason).length);
  });

  it('says who was refused', () => {
    expect(new Admission({ ...OPEN, allowUids: [33] }, peers()).admit(20)).toMatchObject({
      code: 'permission_denied',
      message: 'uid 0, gid 1000 may not connect; name it in allow_uids or allow_gids',
    });
  });

  it.each([new Peers({}, { available: false }), new Peers()])(
    'refuses a peer that the kernel does not name',
    (source) => {
      expect(reasonOf(new Admission({ ...OPEN, allowUids: [0] }, source).admit(20))).toBe('uid_policy');
    },
  );
});

describe('maxConnectionsPerUid', () => {
  const perUid: AdmissionOptions = { ...OPEN, maxConnectionsPerUid: 2 };

  it('is inclusive for each uid by itself', () => {
    const admission = new Admission(perUid, new Peers({ 20: 33, 21: 33, 22: 33, 23: 34, 24: 34, 25: 34 }));
    const outcomes = [20, 21, 22, 23, 24, 25].map((fd) => admission.admit(fd));
    const over = 'max_connections_per_uid';
    expect(outcomes.map(reasonOf)).toEqual([undefined, undefined, over, undefined, undefined, over]);
    expect(outcomes[2]).toMatchObject({
      code: 'resource_exhausted',
      message: 'uid 33 has 2 connections, limit 2; raise max_connections_per_uid or share connections',
    });
    expect(admission.count).toBe(4);
  });

  it('gives a place back to its uid, known early or late', () => {
    const admission = new Admission(perUid, new Peers({ 20: 33, 21: 33, 22: 33, 23: 34 }));
    const [first, second] = [admitted(admission.admit(20)), admitted(admission.admit(21))];
    expect(reasonOf(admission.admit(22))).toBe('max_connections_per_uid');
    admission.release(first);
    const third = admitted(admission.admit(22));
    admission.release(second);
    admission.release(third);
    expect(admission.count).toBe(0);
    expect([20, 21].map((fd) => reasonOf(admission.admit(fd)))).toEqual([undefined, undefined]);
  });

  it('asks the kernel about nobody before one uid can be at its limit, and about each once', () => {
    const peers = new Peers({ 20: 33, 21: 34, 22: 35, 23: 36 });
    const admission = new Admission(perUid, peers);
    admission.admit(20);
    admission.admit(21);
    expect(peers.asked).toBe(0);
    admission.admit(22);
    expect(peers.asked).toBe(3);
    admission.admit(23);
    expect(peers.asked).toBe(4);
  });

  it('does not count a closed connection for whoever has its descriptor now', () => {
    const admission = new Admission(perUid, new Peers({ 20: 33, 21: 34, 22: 33 }));
    const closed = admitted(admission.admit(20));
    admission.admit(20);
    // Two places are taken, one of them by a connection whose end is not known here yet.
    expect(reasonOf(admission.admit(22))).toBeUndefined();
    admission.release(closed);
    expect(admission.count).toBe(2);
    expect(reasonOf(admission.admit(23))).toBeUndefined();
  });

  it('is not enforced where nobody can be asked', () => {
    const peers = new Peers({}, { available: false });
    const admission = new Admission(perUid, peers);
    expect([20, 21, 22, 23].map((fd) => reasonOf(admission.admit(fd)))).toEqual(Array(4).fill(undefined));
    expect(peers.asked).toBe(0);
  });

  it('admits sockets that are closed already: they leave by themselves', () => {
    const admission = new Admission(perUid, new Peers());
    expect([-1, -1, NaN].map((fd) => reasonOf(admission.admit(fd)))).toEqual([undefined, undefined, undefined]);
  });
});
