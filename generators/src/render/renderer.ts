import Handlebars from 'handlebars';
import { builtInTemplate, type ReadTemplate } from './template-reader';

/** A template failed: one of the workspace's own, most likely. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';

  constructor(
    /** `typescript-client/types.ts.hbs`. */
    readonly template: string,
    cause: unknown,
  ) {
    super(`template ${template}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

const INCLUDED = /\{\{>\s*"([^"]+)"/g;

/** Fills templates. Each is compiled once. */
export class Renderer {
  readonly #handlebars = Handlebars.create();
  readonly #compiled = new Map<string, Handlebars.TemplateDelegate>();
  readonly #readTemplate: ReadTemplate;

  constructor(readTemplate: ReadTemplate) {
    this.#readTemplate = readTemplate;
  }

  /** @throws TemplateError if the template is malformed, or names what the view does not have */
  render(template: string, view: object): string {
    try {
      return this.#template(template)(view);
    } catch (error) {
      throw new TemplateError(template, error);
    }
  }

  #template(name: string): Handlebars.TemplateDelegate {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const text = this.#text(name);
    // What goes into a template is source code already, escaped for its language: HTML has no business here.
    const compiled = this.#handlebars.compile(text, { noEscape: true, strict: true, preventIndent: true });
    this.#compiled.set(name, compiled);
    return compiled;
  }

  /** With the templates that it includes, `{{> "php-client/head.php.hbs"}}`, made known. */
  #text(name: string): string {
    const text = this.#readTemplate(name) ?? builtInTemplate(name);
    for (const [, included = ''] of text.matchAll(INCLUDED)) {
      if (included in this.#handlebars.partials) continue;
      this.#handlebars.registerPartial(included, '');
      this.#handlebars.registerPartial(included, this.#text(included));
    }
    return text;
  }
}
