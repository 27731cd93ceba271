import type { ClientModel } from '../model/client-model';

/** A file to be: the template that writes it and what is put into that. */
export interface FileView {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  /** `typescript-client/types.ts.hbs`: relative to the folder of templates. */
  readonly template: string;
  /** Plain data, its text code of the target's language. Every key that the template names is there. */
  readonly view: object;
}

/** A language that clients are generated in. */
export type Target<Options> = (model: ClientModel, options: Options) => readonly FileView[];
