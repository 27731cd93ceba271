import type { Call } from '../dispatch/call';

/** Whom a built-in endpoint serves: everyone who may connect, nobody, or peers of these uids by the kernel's word. */
export type BuiltInAccess = boolean | { readonly allowUids: readonly number[] };

/** Built-in endpoints that tell more than every caller may need to know. */
export interface BuiltInOptions {
  /** `/ipcserver/describe`: the contract document. */
  readonly describe?: BuiltInAccess;
  /** `/ipcserver/metrics`. */
  readonly metrics?: BuiltInAccess;
  /** `/ipcserver/stats`. */
  readonly stats?: BuiltInAccess;
}

export type GuardedBuiltIn = keyof BuiltInOptions;

/** Everyone: who may connect may see what there is and how it does. */
export const DEFAULT_BUILT_INS: Required<BuiltInOptions> = Object.freeze({
  describe: true,
  metrics: true,
  stats: true,
});

/** Answers a call that `access` does not allow. Returns whether it has. */
export function isTurnedAway(call: Call, access: BuiltInAccess): boolean {
  if (access === true) return false;
  const { uri } = call.request;
  if (access === false) {
    call.refuse({ code: 'no_handler_found', message: `No handler found for ${uri}` });
    return true;
  }
  const { peer } = call.connection;
  if (peer && access.allowUids.includes(peer.uid)) return false;
  const who = peer ? `uid ${peer.uid}` : 'a peer of unknown uid';
  call.refuse({
    code: 'permission_denied',
    message: `${uri} is not for ${who}; name it in the allow_uids of builtins`,
  });
  return true;
}

/** What is wrong with `builtins`, and with which part of it; undefined where nothing is. */
export function builtInsFault(builtins: unknown): { readonly option: string; readonly reason: string } | undefined {
  if (!isObject(builtins)) {
    return { option: 'builtins', reason: `is ${JSON.stringify(builtins)}; give an object such as {"stats": false}` };
  }
  const known = Object.keys(DEFAULT_BUILT_INS);
  for (const [name, access] of Object.entries(builtins)) {
    if (!known.includes(name)) {
      return { option: `builtins.${name}`, reason: `is nothing that can be set; there are ${known.join(', ')}` };
    }
    if (access !== undefined && !isAccess(access)) {
      const reason = `is ${JSON.stringify(access)}; give true, false or {"allowUids": [0]} with numeric ids`;
      return { option: `builtins.${name}`, reason };
    }
  }
  return undefined;
}

/** The first option that limits a built-in endpoint to some uids; undefined where none does. */
export function uidLimited(builtins: Required<BuiltInOptions>): string | undefined {
  const name = (Object.keys(builtins) as GuardedBuiltIn[]).find((key) => typeof builtins[key] === 'object');
  return name && `builtins.${name}.allowUids`;
}

function isAccess(access: unknown): access is BuiltInAccess {
  if (typeof access === 'boolean') return true;
  if (!isObject(access) || Object.keys(access).join() !== 'allowUids') return false;
  const { allowUids } = access;
  return Array.isArray(allowUids) && allowUids.every((uid) => Number.isSafeInteger(uid) && uid >= 0);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
