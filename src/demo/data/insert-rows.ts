import type { EntityManager } from 'typeorm';
import { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import type { DemoRun, Row } from './rows.js';

type EntityClass<Entity> = new () => Entity;

/** Inserts all rows in one statement, or fails. */
export async function insertRows<Entity extends object>(
  manager: EntityManager,
  entity: EntityClass<Entity>,
  rows: readonly Row<Entity>[],
): Promise<void> {
  await insert(manager, entity, rows, '');
}

/** Inserts the rows that do not exist yet. */
export async function insertMissingRows<Entity extends object>(
  manager: EntityManager,
  entity: EntityClass<Entity>,
  rows: readonly Row<Entity>[],
): Promise<void> {
  await insert(manager, entity, rows, 'ON CONFLICT DO NOTHING');
}

export async function insertRuns(manager: EntityManager, runs: readonly DemoRun[]): Promise<void> {
  await insertRows(
    manager,
    TaskRunEntity,
    runs.map(({ run }) => run),
  );
  await insertRows(
    manager,
    TaskRunFileEntity,
    runs.flatMap(({ files }) => files),
  );
}

/** The rows travel as one JSON text: TypeORM's own insert makes a parameter of every value, which is far slower. */
async function insert<Entity extends object>(
  manager: EntityManager,
  entity: EntityClass<Entity>,
  rows: readonly Row<Entity>[],
  conflictClause: string,
): Promise<void> {
  const { tableName, columns } = manager.dataSource.getMetadata(entity);
  const names = columns.map(({ databaseName }) => `"${databaseName}"`).join(', ');
  const records = rows.map((row) =>
    Object.fromEntries(
      columns.map(({ databaseName, propertyName }) => [databaseName, row[propertyName as keyof Row<Entity>]]),
    ),
  );
  await manager.query(
    `INSERT INTO "${tableName}" (${names})
     SELECT ${names} FROM jsonb_populate_recordset(NULL::"${tableName}", $1) ${conflictClause}`,
    [JSON.stringify(records)],
  );
}
