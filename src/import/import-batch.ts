import type { DataSource, EntityManager } from 'typeorm';
import { isDataError } from './data-error.js';
import type { Line } from './line.js';
import * as sql from './run-statements.js';

export type Outcome = 'new' | 'changed' | 'unchanged';

export interface Failure {
  readonly line: Line;
  readonly reason: string;
}

export interface BatchResult {
  readonly outcomes: readonly Outcome[];
  readonly failures: readonly Failure[];
}

/**
 * Writes the runs of the lines that differ from what the database holds, all in one transaction. Each line is a JSON
 * document. Where one makes that fail, halves are tried apart, down to the line itself.
 */
export async function importBatch(
  dataSource: DataSource,
  projectId: string,
  lines: readonly Line[],
): Promise<BatchResult> {
  try {
    return await dataSource.transaction((manager) => importInTransaction(manager, projectId, lines));
  } catch (error) {
    if (!isDataError(error)) throw error;
    // The detail of such an error may hold the row.
    if (lines.length === 1) return { outcomes: [], failures: [{ line: lines[0]!, reason: (error as Error).message }] };
    const middle = lines.length >> 1;
    const first = await importBatch(dataSource, projectId, lines.slice(0, middle));
    const second = await importBatch(dataSource, projectId, lines.slice(middle));
    return {
      outcomes: [...first.outcomes, ...second.outcomes],
      failures: [...first.failures, ...second.failures],
    };
  }
}

async function importInTransaction(
  manager: EntityManager,
  projectId: string,
  lines: readonly Line[],
): Promise<BatchResult> {
  await manager.query(sql.createTables);
  await manager.query(sql.fillRuns, [`[${lines.map(({ bytes }) => bytes.toString()).join()}]`]);
  await manager.query(sql.fillFiles);

  const outcomes = new Map<number, Outcome>();
  const failures: Failure[] = [];
  const fail = (number: number, reason: string) => {
    outcomes.delete(number);
    failures.push({ line: lines[number - 1]!, reason });
  };
  const differing = { runs: [] as number[], withFiles: [] as string[] };
  const compare = (): Promise<sql.Comparison[]> => manager.query(sql.compare, [projectId]);
  for (const { number, id, ...comparison } of await compare()) {
    if (!comparison.isOfProject) fail(number, 'Its task is not in the project.');
    else if (comparison.isThereInOtherProject) fail(number, 'The database has a run of this id in another project.');
    else {
      if (!comparison.isSame) differing.runs.push(number);
      if (!comparison.hasSameFiles) differing.withFiles.push(id);
      outcomes.set(
        number,
        !comparison.isThere ? 'new' : comparison.isSame && comparison.hasSameFiles ? 'unchanged' : 'changed',
      );
    }
  }
  if (differing.runs.length > 0) await manager.query(sql.writeRuns, [differing.runs]);
  if (differing.withFiles.length > 0) {
    await manager.query(sql.deleteFiles, [differing.withFiles]);
    await manager.query(sql.writeFiles, [differing.withFiles]);
  }
  if (differing.runs.length + differing.withFiles.length > 0) {
    for (const { number, isSame, hasSameFiles } of await compare()) {
      // A trigger or a rule of the database may have its own mind.
      if (outcomes.has(number) && !(isSame && hasSameFiles)) fail(number, 'The database does not hold it as given.');
    }
  }
  return { outcomes: [...outcomes.values()], failures };
}
