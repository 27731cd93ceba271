import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** The arrows of the project, and no others: who may import whom. `nx graph` draws the same picture. */
const arrows = {
  protocol: [],
  contract: ['protocol'],
  server: ['protocol', 'contract'],
  client: ['protocol', 'contract'],
  component: ['protocol', 'contract', 'server'],
  'pixl-ipc': ['protocol', 'client', 'component'],
  testkit: [],
  app: ['pixl-ipc', 'contract', 'server', 'client', 'testkit'],
  conformance: ['protocol', 'contract', 'server', 'client', 'component', 'pixl-ipc', 'testkit', 'app'],
  bench: ['protocol', 'contract', 'server', 'client', 'component', 'pixl-ipc', 'testkit'],
};

export default tseslint.config(
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
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['*.mts', 'libs/*/*.mts', 'apps/*/*.mts', 'tools/*/*.mts', 'generators/*.mts'],
          maximumDefaultProjectFileMatchCount_THIS_WILL_SLOW_DOWN_LINTING: 40,
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
    },
  },
  {
    files: ['**/*.{ts,mts,js,mjs,cjs}'],
    plugins: { '@nx': nx },
    rules: {
      'no-restricted-syntax': ['error', { selector: 'ExportAllDeclaration', message: 'Name every export.' }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: ['**/vitest.shared.mts'],
          depConstraints: Object.entries(arrows).map(([scope, targets]) => ({
            sourceTag: `scope:${scope}`,
            onlyDependOnLibsWithTags: [scope, ...targets].map((tag) => `scope:${tag}`),
          })),
        },
      ],
    },
  },
);
