const moduleNameMapper = { '^(\\.{1,2}/.*)\\.js$': '$1' };

const project = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch: testMatch.map((pattern) => `<rootDir>/test/${pattern}.test.ts`),
  testEnvironment: 'node',
  // The time of each file is printed beside its name.
  slowTestThreshold: 0,
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
        },
        module: { type: 'es6' },
      },
    ],
  },
  ...more,
});
/** With databases, and gateways in separate processes. */
const withGateways = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

// `npm test` runs the first two, which need nothing but Node. test/only.mjs runs parts of the others.
export default {
  maxWorkers: 2,
  // Modules of finished test files stay in memory. Jest kills a process that needs more than half a second to give it back.
  workerIdleMemoryLimit: '512MB',
  // Machines that run tests may have a lot to do at the same time.
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/test/support/slowest-files-reporter.mjs'],
  projects: [
    project('unit', ['*', 'unit/**/*'], {
      // The benchmark's modules would find another copy, whose types are not those of the tests.
      moduleNameMapper: { ...moduleNameMapper, '^graphql$': '<rootDir>/node_modules/graphql' },
    }),
    project('integration', ['integration/**/*', 'docs/*', 'sql/*', 'surfaces/*'], withGateways),
    project('slow', ['slow/*'], withGateways),
    // A release needs these as well: they measure, which a busy machine spoils, or attack.
    project('release', ['{measured,cost,isolation,image}/*'], withGateways),
    project(
      'programs',
      ['{agents,balancers,clickhouse,duckdb,federation,first-run,pooler,prometheus,s3}/*'],
      withGateways,
    ),
  ],
};
