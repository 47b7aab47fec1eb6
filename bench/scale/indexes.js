// Bytes per run of the tables and their indexes, and the cost of each index of runs for a writer: 20,000 runs are
// inserted alternately with all indexes and without that one, in transactions that are rolled back.

import { functions, runs as insertRuns } from './fill.js';

const inserted = 20_000;

/**
 * @param {import('pg').Client} client on the database of `prepareScale`, the only one there
 * @param {number} count of its runs
 * @param {number} rounds
 * @returns {Promise<string[]>} the lines of a table
 */
export async function measureIndexes(client, count, rounds) {
  const { rows: parts } = await client.query(`
    SELECT part.oid::regclass::text AS name, pg_table_size(part.oid)::double precision AS bytes,
      part.relkind = 'i' AND NOT coalesce(indisprimary, false) AND indrelid = 'task_run'::regclass AS "isDroppable"
    FROM pg_class AS part LEFT JOIN pg_index ON indexrelid = part.oid
    WHERE part.oid IN ('task_run'::regclass, 'task_run_file'::regclass)
      OR indrelid IN ('task_run'::regclass, 'task_run_file'::regclass)
    ORDER BY coalesce(indrelid, part.oid)::regclass::text, bytes DESC`);
  await client.query('SET synchronous_commit = off');
  await client.query(functions);
  // Generated beforehand, because that takes as long as writing them.
  const { rows } = await client.query('SELECT max(created)::text AS last FROM task_run');
  const { last } = rows[0];
  await client.query('SET session_replication_role = replica');
  await client.query(insertRuns, [count + 1, count + inserted, count, last]);
  await client.query('CREATE TEMP TABLE new_run AS SELECT * FROM task_run WHERE created > $1', [last]);
  await client.query('DELETE FROM task_run WHERE created > $1', [last]);
  await client.query('SET session_replication_role = origin');
  const insert = async (droppedIndex) => {
    await client.query('BEGIN');
    if (droppedIndex !== undefined) await client.query(`DROP INDEX ${droppedIndex}`);
    const start = performance.now();
    await client.query('INSERT INTO task_run SELECT * FROM new_run');
    const elapsed = performance.now() - start;
    await client.query('ROLLBACK');
    return elapsed;
  };
  await insert();
  const ratios = new Map();
  for (const { name, isDroppable } of parts) {
    if (!isDroppable) continue;
    const ratiosOfRounds = [];
    for (let round = 0; round < rounds; round += 1) ratiosOfRounds.push((await insert(name)) / (await insert()));
    ratios.set(name, ratiosOfRounds.toSorted((one, other) => one - other)[Math.floor(rounds / 2)]);
  }
  await client.query('VACUUM task_run');
  const lines = parts.map(({ name, bytes }) => {
    const ratio = ratios.get(name);
    return `| \`${name}\` | ${Math.round(bytes / count)} | ${ratio === undefined ? '' : ratio.toFixed(2)} |`;
  });
  return ['| table or index | bytes a run | time to insert without it |', '| --- | ---: | ---: |', ...lines];
}
