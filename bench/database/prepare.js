// A seeded database with a given number of runs. It is created once, recognized by its comment, and reused.

import { pathToFileURL } from 'node:url';
import { connect, keepDatabase, vacuum } from './kept-database.js';
import { catalogue, files, finish, functions, hugeRun, runs as runsStatement } from './seed-statements.js';

/** Increment this when the seed changes, so that databases with an older seed are replaced. */
const seedVersion = 4;
const batch = 100_000;

/**
 * @param {{ serverUrl: string, root: string, runs: number, isSearchable?: boolean, log: (line: string) => void }} parts
 *   isSearchable: whether the search index is made; an existing one stays in any case
 * @returns {Promise<string>} the URL of the database with that many runs
 */
export async function prepareDatabase({ serverUrl, root, runs, isSearchable = false, log }) {
  const name = `taskrun_bench_${runs}`;
  const marker = JSON.stringify({ runs, seedVersion });
  const url = await keepDatabase(
    { serverUrl, name, marker },
    {
      async fill(url) {
        log(`seeding ${name}`);
        await migrate(root, url);
        await seed(url, runs, log);
      },
      async update(url) {
        if (await migrate(root, url)) await vacuum(url);
      },
    },
  );
  if (isSearchable) await makeSearchable(root, url, log);
  return url;
}

/** Runs the gateway's own migrations, so that the tables are not a copy. @returns whether any were due */
async function migrate(root, url) {
  const { createDataSource } = await import(pathToFileURL(`${root}/dist/src/database/data-source.js`).href);
  const dataSource = createDataSource({ url, poolSize: 1, timeoutMs: 600_000 });
  await dataSource.initialize();
  const done = await dataSource.runMigrations();
  await dataSource.destroy();
  return done.length > 0;
}

/** Creates the search index, like `npm run migrate -- --search on`. */
async function makeSearchable(root, url, log) {
  const { migrateSchema } = await import(pathToFileURL(`${root}/dist/src/database/migrate-schema.js`).href);
  await migrateSchema(url, { report: (line) => log(`  ${line}`), warn: log }, 'on');
}

async function seed(url, runs, log) {
  const client = await connect(url);
  const start = Date.now();
  await client.query(functions);
  await client.query(catalogue);
  for (let from = 1; from <= runs; from += batch) {
    const range = [runs, from, Math.min(runs, from + batch - 1)];
    await client.query(runsStatement, range);
    await client.query(files, range);
    log(`  ${range[2].toLocaleString('en')} runs, ${Math.round((Date.now() - start) / 1000)} s`);
  }
  await client.query(hugeRun, [runs]);
  await client.query(finish);
  await client.end();
  await vacuum(url);
}
