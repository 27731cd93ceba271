/** Nothing of Nx asks, outlives its command or reads the environment of the Nx that runs this test. */
const NX_ENVIRONMENT = {
  CI: 'true',
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_ISOLATE_PLUGINS: 'false',
  NX_SKIP_NATIVE_FILE_CACHE: 'true',
  FORCE_COLOR: '0',
  NO_COLOR: '1',
  COMPOSER_ALLOW_SUPERUSER: '1',
};

/** The environment in which a test runs Nx: that of this process, but for what the Nx and npm that run the test put there. */
export function nxEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(NX_|npm_|INIT_CWD$|VITEST|NODE_ENV$)/i.test(name),
  );
  return { ...Object.fromEntries(inherited), ...NX_ENVIRONMENT };
}
