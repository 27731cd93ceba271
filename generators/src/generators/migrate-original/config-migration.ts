import { isDeepStrictEqual } from 'node:util';
import type { LeftToDo, Migration } from './left-to-do';

const SECTION = /"IPCServer"\s*:\s*\{(\s*)/g;

/**
 * Writes who may use the socket into a config of pixl-server that says nothing of it: the original made such sockets open
 * to everybody, this package makes them the user's alone. The rest of the text stays as it is, and so does any other file.
 *
 * @param path Of the file, seen from the workspace.
 * @param group Who may connect. Default: everybody, as before.
 */
export function migrateConfig(text: string, path: string, group: string | undefined): Migration {
  const config = configOf(text);
  const section = objectOf(config?.IPCServer);
  if (section === undefined || 'socket_chmod' in section || 'socket_group' in section) return { text, left: [] };
  const access = group === undefined ? { socket_chmod: '777' } : { socket_group: group, socket_chmod: '660' };
  const wanted = { ...config, IPCServer: { ...access, ...section } };
  // Parts of a config may have sections of that name too: the right one is where the edit says what is wanted.
  const migrated = [...text.matchAll(SECTION)]
    .map(({ 0: opening, 1: space = '', index }) => {
      const members = Object.entries(access).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
      const separator = `,${space === '' ? ' ' : space}`;
      const rest = Object.keys(section).length === 0 ? '' : separator;
      const at = index + opening.length;
      return `${text.slice(0, at)}${members.join(separator)}${rest}${text.slice(at)}`;
    })
    .find((edited) => isDeepStrictEqual(configOf(edited), wanted));
  if (migrated === undefined) {
    const members = JSON.stringify(access).slice(1, -1);
    return { text, left: [{ path, what: `has an IPCServer section that stays as it is; write ${members} into it` }] };
  }
  const left: LeftToDo[] = [];
  if (group === undefined) {
    const what = 'keeps its socket open to every user of the machine ("socket_chmod": "777"); better a group and "660"';
    left.push({ path, what });
  }
  return { text: migrated, left };
}

/** The config of a pixl-server that has the component; undefined for any other text. */
function configOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    // pixl-server reads plain JSON, so this is no config of it.
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>;
}
