// The index of words and values in runs, which an operator makes or leaves out: it takes space, and time of every run that
// is written.

import type { DataSource, QueryRunner } from 'typeorm';
import { dropIndex, ensureIndexConcurrently } from './migrating/concurrent-index.js';

export const searchIndex = 'task_run_term_idx';

/** Of a value in the index: names that lead there at most. */
export const maxIndexedDepth = 5;

/** SQL: the words of a run, in its row of this alias. */
export function wordsOfRun(run: string): string {
  return `task_run_words(${run}.response, ${run}.run_data)`;
}

/** SQL: the words of a text, split as those of runs are; null: it has none. Computed once for a statement. */
export function wordsOfText(text: string): string {
  return `(SELECT task_run_words(to_jsonb(${text}), NULL))`;
}

/** The terms that a run must have to match: a group for each word, and for each condition on values one of its values. */
interface TermParameters {
  /** SQL of a text with words; omitted: none are searched for. */
  readonly words?: string;
  readonly values: readonly {
    /** The column whose documents they could be. */
    readonly column: 'response' | 'run_data';
    /** SQL of a `jsonb[]`: JSON documents that have one value each, where it must be. */
    readonly documents: string;
  }[];
}

/** SQL: as JSON, a list for each group of terms with the keys of its terms in all of the tasks. */
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
 * SQL for a FROM clause: the runs that have a key of each group, found in the index alone, whatever the planner estimates.
 * @param groups SQL, each of a `bigint[]` that the planner does not see
 */
export function runsWithKeys(groups: readonly string[]): string {
  const conditions = groups.map((keys) => `${keysOf('searched')} && ${keys}::bigint[]`);
  return `(SELECT * FROM task_run AS searched WHERE ${conditions.join(' AND ')} OFFSET 0)`;
}

/** SQL: whether the index can be used. */
export const isSearchable = `EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('${searchIndex}') AND indisvalid)`;

export async function hasSearchIndex(dataSource: DataSource): Promise<boolean> {
  const [found] = await dataSource.query(`SELECT ${isSearchable} AS "isSearchable"`);
  return found.isSearchable;
}

/** Beside reads and writes. */
export async function createSearchIndex(dataSource: DataSource): Promise<void> {
  await withRunner(dataSource, async (runner) => {
    // What is new is not put aside for whoever searches next: that would make searches of a task wait for runs of others.
    await ensureIndexConcurrently(
      runner,
      searchIndex,
      `ON task_run USING gin (${keysOf('task_run')}) WITH (fastupdate = off)`,
    );
    // Statistics of terms would take ANALYZE many seconds, and nothing is planned by them.
    await runner.query(`ALTER INDEX ${searchIndex} ALTER COLUMN 1 SET STATISTICS 0`);
  });
}

/** Beside reads and writes. */
export async function dropSearchIndex(dataSource: DataSource): Promise<void> {
  await withRunner(dataSource, (runner) => dropIndex(runner, searchIndex));
}

async function withRunner(dataSource: DataSource, action: (runner: QueryRunner) => Promise<void>): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await action(runner);
  } finally {
    await runner.release();
  }
}

function keysOf(run: string): string {
  const values = `task_run_values(${run}.response, ${run}.run_data)`;
  return `task_run_term_keys(${run}.task_id, ${wordsOfRun(run)} || ${values})`;
}
