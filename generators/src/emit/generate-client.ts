import type { ContractDocument } from '@pixl-ipc/contract';
import { buildModel } from '../model/build-model';
import type { ClientModel } from '../model/client-model';
import { Renderer } from '../render/renderer';
import type { ReadTemplate } from '../render/template-reader';
import type { FileView } from '../targets/target';
import type { TypeScriptOptions } from '../targets/typescript/options';
import { typeScriptTarget } from '../targets/typescript/typescript-target';
import type { PhpOptions } from '../targets/php/options';
import { phpTarget } from '../targets/php/php-target';

/** A generated file. */
export interface GeneratedFile {
  /** Relative to the client's output folder, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** Gives a file's content in the style of its workspace; the same content for the same file every time. */
export type FormatFile = (file: GeneratedFile) => string | Promise<string>;

/** In which language a client is generated, and what the language wants to know. */
export type ClientLanguage =
  | { readonly language: 'typescript'; readonly options?: TypeScriptOptions }
  | { readonly language: 'php'; readonly options: PhpOptions };

/** What {@link generateClient} is given. */
export type GenerateClientOptions = ClientLanguage & {
  /** Of the daemon that the client is of, as `parseContractDocument` reads it. */
  readonly document: ContractDocument;
  /** Templates that stand in the place of this package's own. Default none. */
  readonly readTemplate?: ReadTemplate;
  /** Called for each TypeScript file. Default: as it comes, in a style that people read too. */
  readonly format?: FormatFile;
};

/**
 * Generates the client of a daemon from its contract document: all files of the output folder, sorted by path. The same
 * options give the same files, byte for byte; what else is in the folder is left over from another contract.
 *
 * @throws ContractError if code cannot be generated from the document
 * @throws TemplateError if a template fails
 * @throws RangeError if an option is wrong
 */
export async function generateClient(options: GenerateClientOptions): Promise<GeneratedFile[]> {
  const { document, readTemplate = () => undefined, format } = options;
  const renderer = new Renderer(readTemplate);
  const files = viewsOf(buildModel(document), options).map(({ path, template, view }) => ({
    path,
    content: renderer.render(template, view),
  }));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  if (format === undefined || options.language !== 'typescript') return files;
  return Promise.all(files.map(async (file) => ({ ...file, content: await format(file) })));
}

function viewsOf(model: ClientModel, target: ClientLanguage): readonly FileView[] {
  return target.language === 'php' ? phpTarget(model, target.options) : typeScriptTarget(model, target.options ?? {});
}
