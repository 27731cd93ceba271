import { code } from '../code';
import { noticeText } from '../notice';
import type { FileView, Target } from '../target';
import { clientView } from './client-view';
import { commentWords } from './comment';
import { errorsView } from './errors-view';
import { fakeView } from './fake-view';
import { indexView } from './index-view';
import { typeScriptNames } from './names';
import { resolveTypeScriptOptions, type TypeScriptOptions } from './options';
import { typeView } from './types-view';

/** A client in TypeScript, as a folder of its own: the application imports from `index.ts`, its tests from `fake.ts`. */
export const typeScriptTarget: Target<TypeScriptOptions> = (model, options) => {
  const { name, importExtension } = resolveTypeScriptOptions(options, model.service);
  const names = typeScriptNames(model, name);
  const module = (stem: string) => `./${stem}${importExtension}`;
  const notice = (hash?: string) => code`// ${commentWords(noticeText(model, hash))}`;
  const common = { notice: notice(), service: commentWords(model.service) };
  const file = (stem: string, view: object): FileView => {
    return { path: `${stem}.ts`, template: `typescript-client/${stem}.ts.hbs`, view: { ...common, ...view } };
  };
  const types = model.declarations.map((declaration) => typeView(declaration, names));
  return [
    file('client', { notice: notice(model.hash), ...clientView(model, names, module('types')) }),
    ...(model.errors.length > 0 ? [file('errors', errorsView(model, names, module('types')))] : []),
    file('fake', fakeView(model, names, module)),
    file('index', indexView(model, names, module)),
    ...(types.length > 0 ? [file('types', { types })] : []),
  ];
};
