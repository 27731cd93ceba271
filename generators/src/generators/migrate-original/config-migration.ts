import type { LeftToDo, Migration } from './left-to-do';

/**
 * Writes who may use the socket into a config of pixl-server that says nothing of it: the original made such sockets open
 * to everybody, this package makes them the user's alone. The rest of the text stays as it is, and so does any other file.
 *
 * @param path Of the file, seen from the workspace.
 * @param group Who may connect. Default: everybody, as before.
 */
export function migrateConfig(text: string, path: string, group: string | undefined): Migration {
  const section = ipcServerSection(text);
  if (section === undefined || 'socket_chmod' in section || 'socket_group' in section) return { text, left: [] };
  const access = group === undefined ? { socket_chmod: '777' } : { socket_group: group, socket_chmod: '660' };
  const migrated = text.replace(/("IPCServer"\s*:\s*\{)(\s*)/, (_, opening: string, space: string) => {
    const members = Object.entries(access).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
    const separator = `,${space === '' ? ' ' : space}`;
    const rest = Object.keys(section).length === 0 ? '' : separator;
    return `${opening}${space}${members.join(separator)}${rest}`;
  });
  const left: LeftToDo[] = [];
  if (group === undefined) {
    const what = 'keeps its socket open to every user of the machine ("socket_chmod": "777"); better a group and "660"';
    left.push({ path, what });
  }
  return { text: migrated, left };
}

function ipcServerSection(text: string): object | undefined {
  if (!text.includes('"IPCServer"')) return undefined;
  try {
    const { IPCServer: section } = JSON.parse(text) as { readonly IPCServer?: unknown };
    return typeof section === 'object' && section !== null && !Array.isArray(section) ? section : undefined;
  } catch {
    // pixl-server reads plain JSON, so this is no config of it.
    return undefined;
  }
}
