/**
 * Lints the whole workspace and checks its types, in one program: most of what the linter takes long for is to find types
 * out, and the compiler then has little left to do. Ends with 1 if either has anything to say.
 */
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '../..');

/** @type {ts.FormatDiagnosticsHost} */
const FORMAT = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' };

// Nx reads its graph anew for each file of a program that is not the one of ESLint: an editor would outlive the graph.
process.argv[1] = join(ROOT, 'node_modules/.bin/eslint');

const project = ts.getParsedCommandLineOfConfigFile(join(ROOT, 'tsconfig.all.json'), undefined, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (problem) => {
    throw new Error(ts.formatDiagnostic(problem, FORMAT));
  },
});
if (project === undefined) throw new Error('tsconfig.all.json cannot be read');
const program = ts.createProgram({
  rootNames: project.fileNames,
  options: project.options,
  configFileParsingDiagnostics: project.errors,
});

const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: false, programs: [program] } },
  },
});
const linted = await eslint.lintFiles('.');
const said = await (await eslint.loadFormatter()).format(linted);
const typeErrors = ts.sortAndDeduplicateDiagnostics(ts.getPreEmitDiagnostics(program));

if (said !== '') console.log(said);
if (typeErrors.length > 0) console.log(ts.formatDiagnostics(typeErrors, FORMAT));
process.exitCode = linted.some(({ messages }) => messages.length > 0) || typeErrors.length > 0 ? 1 : 0;
