// The index of words and values in runs, which an operator makes or leaves out: it takes space, and time of every run that
// is written.

import type { DataSource, QueryRunner } from 'typeorm';
import { dropIndex, ensureIndexConcurrently } from './migrating/concurrent-index.js';

const name = 'task_run_term_idx';

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

/**
 * SQL: the values in several JSON documents as the index has those of runs. Computed once for a statement.
 * @param column whose documents they could be
 * @param documents SQL of a `jsonb[]`
 */
export function valuesOfDocuments(column: 'response' | 'run_data', documents: string): string {
  const json = column === 'response' ? 'document, NULL' : 'NULL, document';
  return `(SELECT array_agg(value) FROM unnest(${documents}) AS document CROSS JOIN unnest(task_run_values(${json})) AS value)`;
}

/** SQL, each of an array. */
interface SearchTerms {
  readonly all?: readonly string[];
  /** At least one of each. */
  readonly any?: readonly string[];
}

/** SQL for a FROM clause: the runs of a task that have the terms, found in the index alone, whatever the planner estimates. */
export function runsWithTerms(taskId: string, { all = [], any = [] }: SearchTerms): string {
  const keys = keysOf('searched');
  const conditions = [
    ...all.map((terms) => `${keys} @> task_run_term_keys(${taskId}, ${terms})`),
    ...any.map((terms) => `${keys} && task_run_term_keys(${taskId}, ${terms})`),
  ];
  return `(SELECT * FROM task_run AS searched WHERE ${conditions.join(' AND ')} OFFSET 0)`;
}

/** SQL: whether the index can be used. */
export const isSearchable = `EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('${name}') AND indisvalid)`;

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
      name,
      `ON task_run USING gin (${keysOf('task_run')}) WITH (fastupdate = off)`,
    );
    // Statistics of terms would take ANALYZE many seconds, and nothing is planned by them.
    await runner.query(`ALTER INDEX ${name} ALTER COLUMN 1 SET STATISTICS 0`);
  });
}

/** Beside reads and writes. */
export async function dropSearchIndex(dataSource: DataSource): Promise<void> {
  await withRunner(dataSource, (runner) => dropIndex(runner, name));
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
