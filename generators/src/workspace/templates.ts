import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { joinPathFragments, logger, type Tree } from '../nx/devkit';
import { Renderer } from '../render/renderer';
import type { ReadTemplate } from '../render/template-reader';
import { TEMPLATE_OVERRIDES } from './template-overrides';

const TEMPLATES = join(__dirname, '../../templates');
const SUFFIX = '.hbs';

/** What a template may show. Whoever makes it has checked or quoted every text in it: rendering escapes nothing. */
export type View = Readonly<Record<string, unknown>>;

/** Reads the workspace's own templates. */
export function workspaceTemplates(tree: Tree): ReadTemplate {
  return (name) => tree.read(joinPathFragments(TEMPLATE_OVERRIDES, name), 'utf-8') ?? undefined;
}

/**
 * Renders every template of a folder to the file of the same path in `target`; `__key__` in a path becomes the view's
 * text of that key. A file that exists is the user's and stays as it is.
 *
 * @returns the files that were written, seen from the workspace
 * @throws TemplateError if a template fails
 */
export function createFiles(tree: Tree, folder: string, target: string, view: View): string[] {
  const renderer = new Renderer(workspaceTemplates(tree));
  return templatesIn(folder).flatMap((path) => {
    const file = joinPathFragments(target, filledIn(path.slice(0, -SUFFIX.length), view));
    if (tree.exists(file)) {
      logger.warn(`${file} exists and stays as it is`);
      return [];
    }
    tree.write(file, renderer.render(`${folder}/${path}`, view));
    return [file];
  });
}

function templatesIn(folder: string): string[] {
  return readdirSync(join(TEMPLATES, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', posix.sep))
    .filter((path) => path.endsWith(SUFFIX))
    .sort();
}

function filledIn(path: string, view: View): string {
  return path.replace(/__(\w+?)__/g, (_, key: string) => String(view[key]));
}
