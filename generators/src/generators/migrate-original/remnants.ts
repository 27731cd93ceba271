import { CODE } from './code-migration';
import { lineAt, type LeftToDo, type Remnant } from './left-to-do';
import { originalVersions } from './manifest-migration';
import { isOwn, moduleFor } from './original-modules';
import { PHP } from './php-migration';
import { handlersToDecide } from './string-handlers';

const PATH =
  /(?<=['"`]|node_modules\/)pixl-ipc\/[^'"`\s()<>\\,;]*|(?<![@\w-])pixl-ipc\/(?:client\.js|ipc_server|clients\/)[^'"`\s()<>\\,;]*/g;
const CLASS_FILE = /(?<!pixl-ipc\/client\/[^'"`\s]{0,80})PixlIPCClient\.class\.php/g;
const SECTION = /(['"]?)\bIPCServer\1\s*:\s*\{/g;
const YAML_SECTION = /^[ \t]*IPCServer:[ \t]*$/gm;
const FLAT_KEY = /(?:['"]|--)IPCServer[./]socket_path\b/g;
const ACCESS = /socket_(?:chmod|group)/;
const CLASS_FILE_REMEDY =
  "names the file of the original's class; the Composer package pixl-ipc/client has the class, by vendor/autoload.php";
const OPEN = 'relies on the mode 777 of the socket, which is 600 now; set "socket_group" and "socket_chmod": "660"';

/**
 * Finds what a file still says in the original's sense after it was moved over, line by line.
 *
 * @param path Of the file, seen from the workspace.
 */
export function remnantsOf(text: string, path: string): LeftToDo[] {
  const found: Remnant[] = [
    ...paths(text),
    // What of it PHP requires is that migration's to judge.
    ...(PHP.test(path) ? [] : classFiles(text)),
    ...openSections(text),
    ...(path.endsWith('package.json') ? originalVersions(text) : []),
    ...(CODE.test(path) ? handlersToDecide(text) : []),
  ];
  const lines = found
    .sort((a, b) => a.index - b.index)
    .map(({ index, what }) => ({ path, line: lineAt(text, index), what }));
  return [...new Map(lines.map((one) => [`${String(one.line)} ${one.what}`, one])).values()];
}

function paths(text: string): Remnant[] {
  return [...text.matchAll(PATH)].flatMap(({ 0: match, index }) => {
    const path = match.replace(/[.:]$/, '');
    if (isOwn(path)) return [];
    if (path.endsWith('/PixlIPCClient.class.php')) return { index, what: CLASS_FILE_REMEDY };
    const here = moduleFor(path);
    const remedy = here === undefined ? 'which this package does not have' : `which is ${here} here`;
    return { index, what: `names ${path}, ${remedy}` };
  });
}

function classFiles(text: string): Remnant[] {
  return [...text.matchAll(CLASS_FILE)].map(({ index }) => ({ index, what: CLASS_FILE_REMEDY }));
}

function openSections(text: string): Remnant[] {
  const sections = [...text.matchAll(SECTION)].filter(({ index }) => {
    const block = blockAt(text, index);
    // A block with a method is a type or a double of the component, and no config.
    return !ACCESS.test(block) && !/addURIHandler|setDefaultHandler/.test(block);
  });
  const others = ACCESS.test(text) ? [] : [...text.matchAll(YAML_SECTION), ...text.matchAll(FLAT_KEY)];
  return [...sections, ...others].map(({ index }) => ({ index, what: OPEN }));
}

/** From the index to the brace that closes the first one behind it. */
function blockAt(text: string, index: number): string {
  let depth = 0;
  for (let at = text.indexOf('{', index); at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(index, at);
  }
  return text.slice(index);
}
