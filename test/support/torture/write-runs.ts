// Writers of runs in separate transactions: short and long ones, some rolled back, which overwrite one another's runs.

import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { createRandom } from './random.js';

interface WriterOptions {
  readonly url: string;
  readonly taskIds: readonly string[];
  /** The number of runs that all writers together insert. */
  readonly runs: number;
  readonly seed: number;
  /** A factor for all pauses. */
  readonly pace: number;
  /** Whether they also delete runs, move them between tasks, and delete and reinsert them. */
  readonly deletes?: boolean;
}

const writers = 8;
const rollbackShare = 0.15;

/** Writes until all runs are inserted. Every write leaves a unique mark that distinguishes versions. */
export async function writeRuns(options: WriterOptions): Promise<void> {
  /** Ids of runs that any writer has committed. */
  const known: string[] = [];
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(options, writer, known)));
}

async function write(
  { url, taskIds, runs, seed, pace, deletes = false }: WriterOptions,
  writer: number,
  known: string[],
): Promise<void> {
  const random = createRandom(seed + writer);
  const oneOf = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;
  const pause = (milliseconds: number) => setTimeout(milliseconds * random() * pace);
  let marks = 0;
  let committed = 0;
  let client = await connect(url);

  while (committed < runs / writers) {
    const inserted: string[] = [];
    const isTakenBack = random() < rollbackShare;
    try {
      await client.query('BEGIN');
      for (let left = 1 + Math.floor(random() * 5); left > 0; left -= 1) {
        inserted.push(...(await writeOnce(inserted)));
        await pause(random() < 0.1 ? 300 : 10);
      }
      // Occasionally holds up everything.
      if (random() < 0.01) await pause(3000);
      await client.query(isTakenBack ? 'ROLLBACK' : 'COMMIT');
      if (isTakenBack) continue;
      known.push(...inserted);
      committed += inserted.length;
    } catch {
      // After a deadlock or an interrupted connection, only the database shows whether it was committed.
      await client.end().catch(() => {});
      client = await connect(url);
    }
  }
  await client.end();

  async function writeOnce(inserted: readonly string[]): Promise<string[]> {
    marks += 1;
    const mark = `writer ${writer} mark ${marks}`;
    const kind = random();
    if (kind < 0.5 || known.length === 0) {
      const id = `0190a234-8dc6-0d09-2ea9-${(writer * 1e7 + marks).toString(16).padStart(12, '0')}`;
      await client.query(insertRun, [id, oneOf(taskIds), mark]);
      return [id];
    }
    const id = random() < 0.2 && inserted.length > 0 ? oneOf(inserted) : oneOf(known.slice(-200));
    if (deletes && random() < 0.3) {
      await deleteOrMove(id, mark);
    } else if (kind < 0.85) {
      await client.query('UPDATE task_run SET reference = $1 WHERE id = $2', [mark, id]);
    } else if (kind < 0.95) {
      await client.query(
        "INSERT INTO task_run_file VALUES ($1, $2, $3, 'text/plain', 1, 'INPUT', 'key', clock_timestamp())",
        [id, writer * 1e7 + marks, mark],
      );
    } else {
      await client.query(
        'UPDATE task_run_file SET name = $1 WHERE (task_run_id, position) IN (SELECT task_run_id, position FROM task_run_file WHERE task_run_id = $2 LIMIT 1)',
        [mark, id],
      );
    }
    return [];
  }

  async function deleteOrMove(id: string, mark: string): Promise<void> {
    const kind = random();
    if (kind < 0.4) {
      await client.query('UPDATE task_run SET task_id = $1, reference = $2 WHERE id = $3', [oneOf(taskIds), mark, id]);
      return;
    }
    const { rowCount } = await client.query('DELETE FROM task_run WHERE id = $1', [id]);
    if (kind < 0.7 && rowCount === 1) await client.query(insertRun, [id, oneOf(taskIds), mark]);
  }
}

const insertRun = `
  INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, reference)
  VALUES ($1, $2, $2, '{}', clock_timestamp(), 1, 1, 2, $3)`;

async function connect(url: string): Promise<pg.Client> {
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch {
      await setTimeout(50);
    }
  }
}
