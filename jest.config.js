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
/** With databases, and gateways in processes of their own. */
const withGateways = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

/** A part of each room, for releases of Node.js and the kind of database that the rest is not run on. */
const smoke = [
  'integration/database/{schema,validate-checks}',
  'integration/graphql/{odd-rows,permission-table,search,task-run-fields,task-run-list,task-run-stats}',
  'integration/live/subscription',
  'integration/rest/export-runs',
];
/** They generate their data: little, or as much as THOROUGH has them. */
const generating = [
  '**/generated-operations',
  'integration/access/audit-differences',
  'integration/graphql/{found,ordered}-runs',
  'integration/graphql/task-run-{filter,list-visibility,stats,stats-splits}',
  'integration/mcp/results',
  'integration/rest/{agreement,reports}',
  'slow/{changes-torture,export-command,hidden-runs,partitions,purge-command,scanned-lists,three-callers}',
];

// `npm test` runs the first two, which need nothing but Node; each of the others has a command.
export default {
  maxWorkers: 2,
  // Modules of finished test files stay in memory. Jest kills a process that needs more than half a second to give it back.
  workerIdleMemoryLimit: '512MB',
  // Machines that run tests may have a lot to do at the same time.
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/test/support/slowest-files-reporter.mjs'],
  projects: [
    project('unit', ['*', 'unit/**/*'], {
      // The benchmark's modules would find a copy of their own, whose types are not those of the tests.
      moduleNameMapper: { ...moduleNameMapper, '^graphql$': '<rootDir>/node_modules/graphql' },
    }),
    project('integration', ['integration/**/*', 'docs/*', 'sql/*'], withGateways),
    project('smoke', smoke, withGateways),
    project('slow', ['slow/*'], withGateways),
    project('thorough', generating, withGateways),
    project('image', ['image/*'], withGateways),
    // These two measure, which a busy machine spoils.
    project('measured', ['measured/*'], withGateways),
    project('cost', ['cost/*']),
    project('isolation', ['isolation/*'], withGateways),
    project('first-run', ['first-run/*'], withGateways),
    project('pgbouncer', ['pooler/*'], withGateways),
    project('s3', ['s3/*'], withGateways),
    project('prometheus', ['prometheus/*'], withGateways),
    project('balancers', ['balancers/*'], withGateways),
    project('federation', ['federation/*'], withGateways),
    project('agents', ['agents/*'], withGateways),
    project('duckdb', ['duckdb/*'], withGateways),
    project('clickhouse', ['clickhouse/*'], withGateways),
  ],
};
