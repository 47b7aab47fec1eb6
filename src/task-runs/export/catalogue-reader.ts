// Reads the rows that a project's runs refer to, for copies of the project.

import type { StatementRunner } from '../../database/connection/statement-runner.js';
import { OrganizationEntity } from '../../database/entities/organization.entity.js';
import { ProjectEntity } from '../../database/entities/project.entity.js';
import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { TaskEntity } from '../../database/entities/task.entity.js';
import { columnsOf } from '../../database/entity-columns.js';
import { jsonObject } from '../../database/json-object.js';
import type { BoundStatement, Statement } from '../../database/statements.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { ScopePath } from '../columns/run-path.js';
import { createRowReader } from '../columns/stored-value.js';
import { parseTimestamp } from '../columns/timestamp.js';

/** A row of the table named by `type`, with its column names. */
export interface CatalogueRow {
  readonly type: CatalogueType;
  readonly id: string;
  readonly [column: string]: unknown;
}

/** Ordered so that entities refer only to preceding ones. */
const entities = {
  organization: OrganizationEntity,
  project: ProjectEntity,
  task: TaskEntity,
  reporting_group: ReportingGroupEntity,
};
export type CatalogueType = keyof typeof entities;

const conditions: Readonly<Record<CatalogueType, string>> = {
  organization: 'id = $1::uuid',
  project: 'id = $2::uuid AND org_id = $1::uuid',
  task: 'project_id = $2::uuid AND ($3::uuid IS NULL OR id = $3::uuid)',
  reporting_group: 'project_id = $2::uuid',
};

const types = Object.keys(entities) as CatalogueType[];
const jsonListOf = (type: CatalogueType) =>
  `(SELECT coalesce(json_agg(${jsonObject(entities[type], type)} ORDER BY id), '[]') FROM ${type} WHERE ${conditions[type]}) AS ${type}`;

const statement: Statement = { name: 'export_catalogue', text: `SELECT ${types.map(jsonListOf).join(',\n  ')}` };

function bindCatalogue({ orgId, projectId, taskId }: ScopePath): BoundStatement {
  return { statement, values: [orgId, projectId, taskId] };
}

const readers = Object.fromEntries(
  types.map((type) => {
    const read = createRowReader<Record<string, unknown>>(entities[type]);
    const columns = columnsOf(entities[type]);
    return [
      type,
      (stored: Record<string, unknown>) => {
        const row = read(stored);
        assertShowable(type, row);
        const values = columns.map(({ propertyName, databaseName }) => [databaseName, row[propertyName]]);
        return { type, ...Object.fromEntries(values) } as CatalogueRow;
      },
    ];
  }),
);

/**
 * The tables have no check constraint on the times of organizations, projects and tasks.
 * @throws GatewayError UNREADABLE_VALUE
 */
function assertShowable(type: CatalogueType, { id, created }: Record<string, unknown>): void {
  if (parseTimestamp(created as string) !== null) return;
  throw new GatewayError('UNREADABLE_VALUE', {}, { cause: new Error(`created of the ${type} ${id} is ${created}.`) });
}

type StoredRows = Readonly<Record<CatalogueType, readonly Record<string, unknown>[]>>;

/**
 * Reads the organization, the project, its tasks (or the one in the path), and its reporting groups.
 * @throws Error if the path does not exist
 */
export async function readCatalogue(statements: StatementRunner, path: ScopePath): Promise<CatalogueRow[]> {
  const bound = bindCatalogue(path);
  const [stored] = await statements.run<StoredRows>(bound.statement, bound.values);
  for (const type of ['organization', 'project', 'task'] as const) {
    if (stored![type].length > 0 || (type === 'task' && path.taskId === null)) continue;
    throw new Error(`There is no such ${type} in the database.`);
  }
  return types.flatMap((type) => stored![type].map(readers[type]!));
}
