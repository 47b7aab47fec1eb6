import type { DataSource, EntityManager } from 'typeorm';
import { findErasedRuns } from '../database/erasures.js';
import { keepFiles } from '../database/file-deletions.js';
import { mustBe } from './rows/column-value.js';
import type { RunRow } from './rows/run-row.js';
import * as sql from './run-statements.js';
import { type Failure, type WrittenRows, writeInHalves } from './write-in-halves.js';

export const runOutcomes = ['new', 'changed', 'unchanged', 'erased'] as const;
export type Outcome = (typeof runOutcomes)[number];

/** Writes the rows that differ from those in the database, all in one transaction unless a row makes it fail. */
export async function writeDiffering(
  dataSource: DataSource,
  projectId: string,
  rows: readonly RunRow[],
): Promise<WrittenRows<Outcome>> {
  return writeInHalves(rows, (part) => dataSource.transaction((manager) => writeRows(manager, projectId, part)));
}

async function writeRows(
  manager: EntityManager,
  projectId: string,
  givenRows: readonly RunRow[],
): Promise<WrittenRows<Outcome>> {
  const erased = await findErasedRuns(manager, givenRows);
  const rows = givenRows.filter(({ id }) => !erased.has(id));
  await manager.query(sql.createTables);
  await manager.query(sql.fillRuns, [`[${rows.map(toGivenRun).join()}]`]);
  await manager.query(sql.fillFiles, [`[${rows.flatMap(({ filesJson }) => filesJson ?? []).join()}]`]);

  const outcomes = new Map<number, Outcome>();
  const failures: Failure[] = [];
  const fail = (number: number, reason: string) => {
    outcomes.delete(number);
    failures.push({ line: rows[number - 1]!.line, reason });
  };
  const differing = { runs: [] as number[], withFiles: [] as string[] };
  const compare = (): Promise<sql.Comparison[]> => manager.query(sql.compare, [projectId]);
  for (const comparison of await compare()) {
    const { number, id } = comparison;
    const reason = faultOf(comparison);
    if (reason !== null) fail(number, reason);
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
    const written = new Set(differing.withFiles);
    await keepFiles(
      manager,
      rows.flatMap(({ id, storageKeys }) => (written.has(id) ? storageKeys : [])),
    );
    await manager.query(sql.deleteFiles, [differing.withFiles]);
    await manager.query(sql.writeFiles, [differing.withFiles]);
  }
  if (differing.runs.length + differing.withFiles.length > 0) {
    for (const { number, isSame, hasSameFiles } of await compare()) {
      // A trigger or a rule of the database may change rows.
      if (outcomes.has(number) && !(isSame && hasSameFiles))
        fail(number, 'The database changed the row while it was written.');
    }
  }
  return { outcomes: [...outcomes.values(), ...Array.from(erased, () => 'erased' as const)], failures };
}

/** Returns the row's columns as JSON, with its number and whether it has a list of files. */
function toGivenRun({ runJson, filesJson }: RunRow, index: number): string {
  return `{"number":${index + 1},"has_files":${filesJson !== null},${runJson!.slice(1)}`;
}

/** Returns the reason why a run contradicts the database; null if it does not. */
function faultOf(comparison: sql.Comparison): string | null {
  const { id, taskId, groupId, isOfProject, isThereInOtherProject, isGroupMissing } = comparison;
  if (!isOfProject) return mustBe('task_id', 'a task of the project', taskId).message;
  if (isThereInOtherProject) return `\`id\` must not be that of a run of another project, ${id}.`;
  if (isGroupMissing) return mustBe('reporting_group_id', 'a group of the project', groupId!).message;
  return null;
}
