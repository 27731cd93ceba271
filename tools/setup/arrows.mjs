/**
 * The arrows of the project, and no others: who may import whom. A name is a project's scope (its tag `scope:<name>`).
 * Lint refuses an import that is not here, the workspace's specs hold `nx graph` against it.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const arrows = Object.freeze({
  protocol: [],
  credentials: [],
  contract: ['protocol'],
  server: ['protocol', 'contract', 'credentials', 'testkit'],
  client: ['protocol', 'contract', 'credentials'],
  opentelemetry: ['protocol'],
  component: ['protocol', 'contract', 'server', 'testkit'],
  'pixl-ipc': ['protocol', 'contract', 'server', 'client', 'component', 'testkit'],
  php: [],
  testkit: [],
  setup: [],
  app: ['pixl-ipc', 'contract', 'server', 'client', 'testkit', 'php'],
  conformance: [
    'protocol',
    'contract',
    'server',
    'client',
    'component',
    'pixl-ipc',
    'testkit',
    'app',
    'php',
    'opentelemetry',
  ],
  bench: ['protocol', 'contract', 'server', 'client', 'component', 'pixl-ipc', 'testkit', 'php'],
});
