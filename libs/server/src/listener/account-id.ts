import { readFile } from 'node:fs/promises';
import { printableText } from '@pixl-ipc/protocol';
import { ListenError, type ListenErrorCode } from './listen-error';

/** Where the system keeps accounts of one kind, and what to say where one is missing. */
interface Register {
  readonly kind: 'group' | 'user';
  readonly file: string;
  readonly idName: 'gid' | 'uid';
  readonly code: ListenErrorCode;
}

const GROUPS: Register = { kind: 'group', file: '/etc/group', idName: 'gid', code: 'unknown_group' };
const USERS: Register = { kind: 'user', file: '/etc/passwd', idName: 'uid', code: 'unknown_user' };

/**
 * A group's name or gid → gid. A name is looked up in /etc/group; digits that are no name there are a gid.
 *
 * @throws ListenError unknown_group
 */
export function groupId(group: string | number, file = GROUPS.file): Promise<number> {
  return accountId(group, { ...GROUPS, file });
}

/**
 * A user's name or uid → uid, likewise from /etc/passwd.
 *
 * @throws ListenError unknown_user
 */
export function userId(user: string | number, file = USERS.file): Promise<number> {
  return accountId(user, { ...USERS, file });
}

async function accountId(account: string | number, { kind, file, idName, code }: Register): Promise<number> {
  if (typeof account === 'number') return account;
  const shown = `${kind} ${printableText(account)}`;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ListenError(code, `cannot look up ${shown}: ${file} is not readable; give its ${idName}`, { cause });
  }
  // Both files have name and id in the same places: name:password:id:…
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':');
    if (name === account && id !== undefined && /^\d+$/.test(id)) return Number(id);
  }
  if (/^\d+$/.test(account)) return Number(account);
  // Accounts of a directory service (LDAP, SSSD) are not in the file.
  throw new ListenError(code, `${shown} is not in ${file}; create it, or give its ${idName}`);
}
