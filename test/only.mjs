// Runs parts of the tests by name: `npm run test:only -- NAME…`, with options of Jest after the names. A file is run by its path.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Some files of each module, for the Node.js releases and the kind of database on which the other files are not run.
 */
const smoke = [
  'integration/database/(schema|validate-checks)',
  'integration/graphql/(extreme-values|permission-table|search|task-run-fields|task-run-list|task-run-stats)',
  'integration/live/subscription',
  'integration/rest/export-runs',
];
/** Files that generate their data: a small amount or, with THOROUGH=1, as much as before a release. */
const generated = [
  '.*/generated-operations',
  'integration/access/(audit-(differences|walk)|payload-(leaks|table))',
  'integration/graphql/((found|ordered)-runs|new-kinds|runs-of-objects)',
  'integration/graphql/task-run-(filter|list-visibility|stats|stats-groups)',
  'integration/http/cut-connections',
  'integration/mcp/results',
  'integration/rest/(agreement|reports)',
  'slow/(changes-torture|export-command|failure-index|hidden-runs|package|partitions|purge-command|three-callers)',
];

/**
 * Paths below `test` by the name of a part. A part with `isProject` is a project of jest.config.js with these paths.
 * Some parts have packages that are installed in their folder, or options for Jest.
 */
const parts = {
  unit: { paths: ['unit/.*', '[^/]+'], isProject: true },
  integration: { paths: ['(integration|docs|sql|surfaces)/.*'], isProject: true },
  slow: { paths: ['slow/[^/]+'], isProject: true, options: ['--maxWorkers=4'] },
  smoke: { paths: smoke },
  generated: { paths: generated },
  measured: { paths: ['measured/[^/]+'] },
  cost: { paths: ['cost/[^/]+'] },
  isolation: { paths: ['isolation/[^/]+'] },
  image: { paths: ['image/[^/]+'] },
  'first-run': { paths: ['first-run/[^/]+'] },
  pgbouncer: { paths: ['pooler/[^/]+'] },
  balancers: { paths: ['balancers/[^/]+'], options: ['--runInBand'] },
  prometheus: { paths: ['prometheus/[^/]+'] },
  s3: { paths: ['s3/[^/]+'] },
  federation: { paths: ['federation/[^/]+'], packages: 'federation' },
  agents: { paths: ['agents/[^/]+'], packages: 'agents' },
  duckdb: { paths: ['duckdb/[^/]+'], packages: 'duckdb' },
  clickhouse: { paths: ['clickhouse/[^/]+'], packages: 'clickhouse' },
};
/** Parts without Jest. Each is run separately. */
const others = {
  browser: [[process.execPath, ['test/browser/run.mjs']]],
  examples: [
    ['npm', ['--prefix', 'examples', 'ci']],
    ['npm', ['--prefix', 'examples', 'test']],
  ],
};
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

// In each process, the AWS SDK warns about Node.js releases that it will not support.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const [first, ...rest] = process.argv.slice(2);
if (Object.hasOwn(others, first ?? '')) {
  for (const [command, args] of others[first]) runOrExit(command, [...args, ...rest]);
  process.exit();
}
const named = process.argv.slice(2).filter((name) => Object.hasOwn(parts, name));
const given = process.argv.slice(2).filter((argument) => !Object.hasOwn(parts, argument));
const chosen = named.map((name) => parts[name]);

for (const folder of chosen.flatMap(({ packages = [] }) => packages)) install(folder);
// An option ends the list of projects.
runOrExit(process.execPath, [
  ...jest,
  ...selection(),
  '--silent=false',
  ...chosen.flatMap(({ options = [] }) => options),
  ...given,
]);

/** Whole projects can be restricted to a path. Files that are given by their paths need no part. */
function selection() {
  if (given.includes('--runTestsByPath')) return [];
  if (chosen.length > 0 && chosen.every(({ isProject }) => isProject)) return ['--selectProjects', ...named];
  const paths = chosen.flatMap((part) => part.paths);
  return paths.length === 0 ? [] : [`--testPathPatterns=/test/(${paths.join('|')})\\.test\\.ts$`];
}

/** Its .npmrc replaces a lock file: it specifies the date whose versions are installed. */
function install(name) {
  const folder = join(import.meta.dirname, name);
  runOrExit('npm', ['--prefix', folder, 'install', '--no-audit', '--no-fund', '--loglevel=error']);
  if (existsSync(join(folder, 'tsconfig.json')))
    runOrExit(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder]);
}

function runOrExit(command, args) {
  const code = run(command, args);
  if (code !== 0) process.exit(code);
}

function run(command, args) {
  return spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;
}
