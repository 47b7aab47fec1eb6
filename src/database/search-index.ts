// The index of words and values in runs. It is optional, because it takes up space and slows down every write of a run.

import type { DataSource, QueryRunner } from 'typeorm';
import { leafTables } from './leaf-tables.js';
import { dropIndex, ensureIndexConcurrently, findPartitions } from './migrating/concurrent-index.js';

const table = 'task_run';
export const searchIndex = 'task_run_term_idx';

/** Maximum number of names on the path of an indexed value. */
export const maxIndexedDepth = 5;

/** Returns SQL for the words of a run. @param run the alias of its row */
export function wordsOfRun(run: string): string {
  return wordsOfColumns(`${run}.`);
}

/**
 * Returns SQL for the words of a string, split like those of runs, or null if it has no words. PostgreSQL computes it
 * once per statement.
 */
export function wordsOfText(text: string): string {
  return `(SELECT task_run_words(to_jsonb(${text}), NULL))`;
}

/** The index terms of a search. A run matches if it contains every word and, for each condition, one of its values. */
interface TermParameters {
  /** SQL for a string of words. If omitted, the search has no words. */
  readonly words?: string;
  readonly values: readonly {
    /** The column that is searched. */
    readonly column: 'response' | 'run_data';
    /** SQL for a `jsonb[]` of JSON documents, each with one value at its path. */
    readonly documents: string;
  }[];
}

/** Returns SQL for JSON that contains, for each group of terms, a list of their index keys in all tasks. */
export function keysOfTerms(taskIds: string, { words, values }: TermParameters): string {
  const groups = [
    ...(words === undefined
      ? []
      : [
          `SELECT 'word ' || position, ARRAY[word]
      FROM unnest(coalesce(task_run_words(to_jsonb(${words}), NULL), ARRAY[NULL]::text[])) WITH ORDINALITY AS word (word, position)`,
        ]),
    ...values.map(({ column, documents }, index) => {
      const json = column === 'response' ? 'document, NULL' : 'NULL, document';
      return `SELECT 'values ${index}', task_run_values(${json}) FROM unnest(${documents}) AS document`;
    }),
  ];
  return `SELECT json_agg(term_group.keys) FROM (
    SELECT coalesce(json_agg(key::text) FILTER (WHERE key IS NOT NULL), '[]') AS keys
    FROM (${groups.join('\n    UNION ALL ')}) AS term (name, terms)
    LEFT JOIN unnest(${taskIds}) AS task (id) ON true
    LEFT JOIN LATERAL unnest(task_run_term_keys(task.id, term.terms)) AS key ON true
    GROUP BY term.name
  ) AS term_group`;
}

/**
 * Returns SQL for a FROM clause: the runs that have a key of each group, found through the index regardless of the
 * planner's estimates.
 * @param groups SQL of `bigint[]`s that are hidden from the planner
 * @param from SQL for the table, by default all runs
 */
export function runsWithKeys(groups: readonly string[], from = table): string {
  const conditions = groups.map((keys) => `${keysOfColumns('searched.')} && ${keys}::bigint[]`);
  return `(SELECT * FROM ${from} AS searched WHERE ${conditions.join(' AND ')} OFFSET 0)`;
}

/** SQL for a JSON list of the tables (as SQL names) that have a part of the index. */
export const searchedTables = `(SELECT json_agg(oid::regclass::text) FROM (${leafTables(`'${table}'::regclass`)}) AS leaf)`;

/** SQL condition for whether the index can be used. */
export const isSearchable = `EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('${searchIndex}') AND indisvalid)`;

export async function hasSearchIndex(dataSource: DataSource): Promise<boolean> {
  const [found] = await dataSource.query(`SELECT ${isSearchable} AS "isSearchable"`);
  return found.isSearchable;
}

/** Creates the index without blocking reads and writes. */
export async function createSearchIndex(dataSource: DataSource): Promise<void> {
  await withRunner(dataSource, async (runner) => {
    // With `fastupdate`, a search would have to read pending entries, including those of other tasks.
    await ensureIndexConcurrently(
      runner,
      searchIndex,
      `ON ${table} USING gin (${keysOfColumns('')}) WITH (fastupdate = off)`,
    );
    // ANALYZE would need many seconds for statistics on terms, and no plan uses them.
    await runner.query(`ALTER INDEX ${searchIndex} ALTER COLUMN 1 SET STATISTICS 0`);
  });
}

/** Drops the index without blocking reads and writes. */
export async function dropSearchIndex(dataSource: DataSource): Promise<void> {
  await withRunner(dataSource, async (runner) => {
    await dropIndex(runner, searchIndex);
    // An interrupted creation leaves these behind.
    for (const { index } of (await findPartitions(runner, table, searchIndex)) ?? []) await dropIndex(runner, index);
  });
}

async function withRunner(dataSource: DataSource, action: (runner: QueryRunner) => Promise<void>): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await action(runner);
  } finally {
    await runner.release();
  }
}

/** @param prefix precedes the column names, such as `searched.` */
function keysOfColumns(prefix: string): string {
  const values = `task_run_values(${prefix}response, ${prefix}run_data)`;
  return `task_run_term_keys(${prefix}task_id, ${wordsOfColumns(prefix)} || ${values})`;
}

function wordsOfColumns(prefix: string): string {
  return `task_run_words(${prefix}response, ${prefix}run_data)`;
}
