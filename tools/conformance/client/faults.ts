import type { FaultProxy, FixtureProcess } from '@pixl-ipc/testkit';

/** What a fault is inflicted on. */
export interface Line {
  readonly proxy: FaultProxy;
  readonly rogue: FixtureProcess;
  /** 0 ≤ number < 1, the same in every run. */
  readonly random: () => number;
}

export interface Fault {
  /** What happens, as the end of "every call settles once and in time when …". */
  readonly name: string;
  /** Whether no call fails of it, or some do for certain. Default: it depends. */
  readonly harm?: 'none' | 'certain';
  /** It happens once: a new connection is none the worse for it. */
  readonly once?: true;
  /** Which server stands behind the proxy. Default the component. */
  readonly server?: 'rogue';
  readonly inflict: (line: Line) => unknown;
  /** What happens when the callers have long given up. */
  readonly relieve?: (line: Line) => unknown;
}

const both = (fault: Parameters<FaultProxy['set']>[0]['toServer'] & object) => ({ toServer: fault, toClient: fault });

/** Faults of the line between a client and a server that is well. */
const LINE_FAULTS: readonly Fault[] = [
  {
    name: 'every byte comes alone',
    harm: 'none',
    inflict: ({ proxy }) => proxy.set(both({ kind: 'fragment', bytes: 1 })),
  },
  {
    name: 'many frames come at once',
    harm: 'none',
    inflict: ({ proxy }) => {
      proxy.set(both({ kind: 'stall' }));
      setTimeout(() => proxy.clear(), 40);
    },
  },
  {
    name: 'everything comes after random delays',
    harm: 'none',
    inflict: ({ proxy }) => proxy.set(both({ kind: 'delay', minMs: 0, maxMs: 25 })),
  },
  {
    name: 'requests are cut off by a FIN',
    harm: 'certain',
    inflict: ({ proxy, random }) =>
      proxy.set({ toServer: { kind: 'truncate', afterBytes: Math.floor(random() * 250) } }),
  },
  {
    name: 'replies are cut off by a FIN',
    harm: 'certain',
    inflict: ({ proxy, random }) =>
      proxy.set({ toClient: { kind: 'truncate', afterBytes: Math.floor(random() * 250) } }),
  },
  {
    name: 'the connection dies at the client',
    harm: 'certain',
    once: true,
    inflict: ({ proxy }) => proxy.kill('client'),
  },
  {
    name: 'the connection dies at the server',
    harm: 'certain',
    once: true,
    inflict: ({ proxy }) => proxy.kill('server'),
  },
  { name: 'the connection dies at both ends', harm: 'certain', once: true, inflict: ({ proxy }) => proxy.kill('both') },
  { name: 'the client gets a FIN', harm: 'certain', once: true, inflict: ({ proxy }) => proxy.halfClose('client') },
  { name: 'the server gets a FIN', harm: 'certain', once: true, inflict: ({ proxy }) => proxy.halfClose('server') },
  {
    name: 'the server accepts and stays silent, and says everything too late',
    harm: 'certain',
    inflict: ({ proxy }) => proxy.set(both({ kind: 'stall' })),
    relieve: ({ proxy }) => proxy.clear(),
  },
  {
    name: 'replies drip',
    harm: 'certain',
    inflict: ({ proxy }) => proxy.set({ toClient: { kind: 'drip', bytes: 3, everyMs: 10 } }),
    relieve: ({ proxy }) => proxy.clear(),
  },
];

/** A server that misbehaves behind a good line. */
const ROGUE_FAULTS: readonly Fault[] = [
  rogueFault('chatters', 'chatters'),
  rogueFault('answers ids that nobody gave before the right one', 'answers the wrong ids first', 'none'),
  rogueFault('answers thrice', 'answers thrice', 'none'),
  rogueFault('says nonsense between its answers', 'says nonsense first', 'none'),
  rogueFault('answers after the deadline', 'answers too late', 'certain'),
  rogueFault('answers half and goes on', 'answers half', 'certain'),
  rogueFault('reads and never answers', 'stays silent', 'certain'),
  rogueFault('stops reading', 'reads nothing', 'certain'),
];

function rogueFault(name: string, behaviour: string, harm?: Fault['harm']): Fault {
  return {
    name: `the server ${name}`,
    server: 'rogue',
    ...(harm && { harm }),
    inflict: async ({ proxy, rogue }) => {
      proxy.clear();
      await rogue.ask('behave', behaviour);
    },
    relieve: ({ rogue }) => rogue.ask('behave', 'honest'),
  };
}

export const FAULTS: readonly Fault[] = [...LINE_FAULTS, ...ROGUE_FAULTS];
