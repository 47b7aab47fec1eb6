import type { EntityManager } from 'typeorm';
import { AccessGrantEntity } from '../../database/entities/access-grant.entity.js';
import { OrganizationEntity } from '../../database/entities/organization.entity.js';
import { ProjectEntity } from '../../database/entities/project.entity.js';
import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { ResourceNameEntity } from '../../database/entities/resource-name.entity.js';
import { TaskEntity } from '../../database/entities/task.entity.js';
import { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { findErasedRuns } from '../../database/erasures.js';
import { demoGroups, demoNames, demoOrganizations, demoProjects, demoTasks } from './demo-catalogue.js';
import { demoGrants } from './demo-grants.js';
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

/** Inserts runs with their files, except erased runs. */
export async function insertRuns(manager: EntityManager, given: readonly DemoRun[]): Promise<void> {
  const erased = await findErasedRuns(
    manager,
    given.map(({ run: { id, taskId, userId = null, created } }) => ({ id, taskId, userId, created })),
  );
  const runs = given.filter(({ run }) => !erased.has(run.id));
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

/** Sends the rows as one JSON text. TypeORM's own insert makes every value a parameter, which is far slower. */
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

/** Inserts all rows of the demo except runs. Does not change existing rows. */
export async function insertCatalogue(manager: EntityManager): Promise<void> {
  await insertMissingRows(manager, OrganizationEntity, demoOrganizations);
  await insertMissingRows(manager, ProjectEntity, demoProjects);
  await insertMissingRows(manager, ReportingGroupEntity, demoGroups);
  await insertMissingRows(
    manager,
    TaskEntity,
    demoTasks.map(({ row }) => row),
  );
  await insertMissingRows(manager, ResourceNameEntity, demoNames);
  await insertMissingRows(manager, AccessGrantEntity, demoGrants);
}
