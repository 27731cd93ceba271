import config from './eslint.config.mjs';

/** The rules of the workspace, with all of its files in one program: types of a library are found out once. */
export default [
  ...config,
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: ['tsconfig.all.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
];
