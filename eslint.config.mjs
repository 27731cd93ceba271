import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { arrows } from './tools/setup/arrows.mjs';

export default defineConfig(
  { ignores: ['**/dist', '**/node_modules', '**/.nx', '**/.cache', '**/vendor'] },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setImmediate: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
      },
    },
  },
  {
    files: ['**/*.{ts,mts}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      // The form for CommonJS packages whose export is a class; plain require() stays forbidden.
      '@typescript-eslint/no-require-imports': ['error', { allowAsImport: true }],
      // The one way to bring a package's missing types along with a source file.
      '@typescript-eslint/triple-slash-reference': ['error', { path: 'always', types: 'never', lib: 'never' }],
    },
  },
  {
    // A tool's configuration stands outside its project's tsconfig: linted by its syntax alone, which is also fast.
    files: ['**/*.mts'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/consistent-type-exports': 'off' },
  },
  {
    files: ['**/*.{ts,mts,js,mjs,cjs}'],
    plugins: { '@nx': nx },
    rules: {
      'no-restricted-syntax': ['error', { selector: 'ExportAllDeclaration', message: 'Name every export.' }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          // A regular expression: the one file of the root that projects import.
          allow: ['/vitest\\.shared\\.mts$'],
          depConstraints: Object.entries(arrows).map(([scope, targets]) => ({
            sourceTag: `scope:${scope}`,
            onlyDependOnLibsWithTags: [scope, ...targets].map((tag) => `scope:${tag}`),
          })),
        },
      ],
    },
  },
);
