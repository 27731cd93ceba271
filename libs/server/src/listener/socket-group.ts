import { readFile } from 'node:fs/promises';
import { printableText } from '@pixl-ipc/protocol';
import { ListenError } from './listen-error';

const GROUP_FILE = '/etc/group';

/**
 * A group's name or gid → gid. A name is looked up in /etc/group; digits that are no name there are a gid.
 *
 * @throws ListenError unknown_group
 */
export async function groupId(group: string | number, groupFile = GROUP_FILE): Promise<number> {
  if (typeof group === 'number') return group;
  let text: string;
  try {
    text = await readFile(groupFile, 'utf8');
  } catch (cause) {
    const message = `cannot look up group ${printableText(group)}: ${groupFile} is not readable; give its gid`;
    throw new ListenError('unknown_group', message, { cause });
  }
  for (const line of text.split('\n')) {
    const [name, , gid] = line.split(':');
    if (name === group && gid !== undefined && /^\d+$/.test(gid)) return Number(gid);
  }
  if (/^\d+$/.test(group)) return Number(group);
  // Groups of a directory service (LDAP, SSSD) are not in the file.
  const message = `group ${printableText(group)} is not in ${groupFile}; create it, or give its gid`;
  throw new ListenError('unknown_group', message);
}
