import { dirname, join, relative } from 'node:path';
import { runInThisContext } from 'node:vm';
import * as client from '@pixl-ipc/client';
import ts from 'typescript';
import type { GeneratedFile } from '../emit/generate-client';

/** Where generated files are said to be, so that they find the packages of this workspace. Nothing is written there. */
const FOLDER = join(__dirname, '../../generated-in-a-test');

/** The strictest settings that a project may have. */
const STRICT: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  isolatedModules: true,
  skipLibCheck: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: ['node'],
  customConditions: ['@pixl-ipc/source'],
};

/** How a project takes modules. */
const PROJECTS = {
  esm: { type: 'module', module: ts.ModuleKind.NodeNext, verbatimModuleSyntax: true },
  commonjs: { type: 'commonjs', module: ts.ModuleKind.NodeNext, verbatimModuleSyntax: false },
  bundler: { type: 'module', module: ts.ModuleKind.Preserve, verbatimModuleSyntax: true },
} as const;

/**
 * Checks files as the strictest project would.
 *
 * @param files Paths and texts; generated ones and those that use them.
 * @returns What the compiler says of them, a line each.
 */
export class TypeChecker {
  readonly #sources = new Map<string, ts.SourceFile | undefined>();
  readonly #project: keyof typeof PROJECTS;
  #program: ts.Program | undefined;

  constructor(project: keyof typeof PROJECTS = 'esm') {
    this.#project = project;
  }

  errorsIn(files: readonly GeneratedFile[]): string[] {
    const { type, ...modules } = PROJECTS[this.#project];
    const texts = new Map(files.map(({ path, content }) => [join(FOLDER, path), content]));
    const roots = [...texts.keys()];
    texts.set(join(FOLDER, 'package.json'), JSON.stringify({ type }));
    const options = { ...STRICT, ...modules };
    const program = ts.createProgram(roots, options, this.#host(texts, options), this.#program);
    this.#program = program;
    const found = roots.flatMap((path) => {
      const source = program.getSourceFile(path);
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    });
    return found.map(({ file, messageText }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, ' ');
      return `${relative(FOLDER, file?.fileName ?? '')}: ${text}`;
    });
  }

  #host(texts: ReadonlyMap<string, string>, options: ts.CompilerOptions): ts.CompilerHost {
    const host = ts.createCompilerHost(options);
    const folders = new Set([...texts.keys()].map((path) => dirname(path)));
    return {
      ...host,
      fileExists: (path) => texts.has(path) || host.fileExists(path),
      readFile: (path) => texts.get(path) ?? host.readFile(path),
      directoryExists: (path) => folders.has(path) || host.directoryExists?.(path) === true,
      getSourceFile: (path, target) => {
        const text = texts.get(path);
        if (text !== undefined) return ts.createSourceFile(path, text, target);
        if (!this.#sources.has(path)) this.#sources.set(path, host.getSourceFile(path, target));
        return this.#sources.get(path);
      },
    };
  }
}

type ModuleBody = (exports: object, require: (name: string) => unknown) => void;

/** Runs generated files and gives the exports of `entry`. Of other packages they get the client library alone. */
export function loadTypeScript(files: readonly GeneratedFile[], entry: string): Record<string, unknown> {
  const loaded = new Map<string, Record<string, unknown>>();
  const load = (path: string): Record<string, unknown> => {
    const known = loaded.get(path);
    if (known !== undefined) return known;
    const file = files.find((candidate) => candidate.path === path);
    if (file === undefined) throw new Error(`${path} was not generated`);
    const module = { exports: {} };
    loaded.set(path, module.exports);
    const { outputText } = ts.transpileModule(file.content, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const require = (name: string): unknown =>
      name === '@pixl-ipc/client' ? client : load(name.replace(/^\.\//, '').replace(/\.js$/, '.ts'));
    const run = runInThisContext(`(exports, require) => {${outputText}\n}`, { filename: path }) as ModuleBody;
    run(module.exports, require);
    return module.exports;
  };
  return load(entry);
}
