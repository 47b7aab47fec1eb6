import type { DataSource, EntityManager } from 'typeorm';
import { OrganizationEntity } from '../database/entities/organization.entity.js';
import { ProjectEntity } from '../database/entities/project.entity.js';
import { ReportingGroupEntity } from '../database/entities/reporting-group.entity.js';
import { TaskEntity } from '../database/entities/task.entity.js';
import type { EntityClass } from '../database/entity-columns.js';
import type { Line } from './lines.js';
import { columnList, displayedRow, upsertById } from './upsert.js';

/** The organization and project of an import. */
export interface ImportScope {
  readonly orgId: string;
  readonly projectId: string;
}

interface CatalogueKind {
  readonly entity: EntityClass;
  /** The column whose value must equal the scope's `member`. */
  readonly column: 'id' | 'org_id' | 'project_id';
  readonly member: keyof ImportScope;
}

/** The kinds of rows, ordered so that rows refer only to earlier kinds. */
const kinds: Readonly<Record<string, CatalogueKind>> = {
  organization: { entity: OrganizationEntity, column: 'id', member: 'orgId' },
  project: { entity: ProjectEntity, column: 'org_id', member: 'orgId' },
  task: { entity: TaskEntity, column: 'project_id', member: 'projectId' },
  reporting_group: { entity: ReportingGroupEntity, column: 'project_id', member: 'projectId' },
};

/**
 * Adds the organization, project, tasks and reporting groups that are missing, and optionally replaces those that
 * differ.
 * @throws Error if one is outside the scope, in the catalogue or in the database
 */
export async function importCatalogue(
  dataSource: DataSource,
  scope: ImportScope,
  lines: AsyncIterable<Line> | Iterable<Line>,
  options: { readonly replaces: boolean },
): Promise<void> {
  const textsByType = new Map<string, string[]>(Object.keys(kinds).map((type) => [type, []]));
  for await (const { bytes, origin } of lines) {
    const text = bytes.toString();
    textsByType.get(readType(text, scope, origin))!.push(text);
  }
  await dataSource.transaction(async (manager) => {
    await manager.query("SET LOCAL TimeZone = 'UTC'");
    for (const [type, texts] of textsByType)
      if (texts.length > 0) await writeRows(manager, type, scope, texts, options);
  });
}

/** Returns the type of a line. @throws Error if the line is outside the scope */
function readType(text: string, scope: ImportScope, origin: string): string {
  let row: Readonly<Record<string, unknown>>;
  try {
    row = Object(JSON.parse(text));
  } catch (error) {
    throw new Error(`${origin} is not JSON.`, { cause: error });
  }
  const { type } = row;
  if (typeof type !== 'string' || !Object.hasOwn(kinds, type)) throw new Error(`${origin} has no known type.`);
  const { column, member } = kinds[type]!;
  const isInScope =
    String(row[column]).toLowerCase() === scope[member] &&
    (type !== 'project' || String(row.id).toLowerCase() === scope.projectId);
  if (!isInScope) throw new Error(`${origin} does not belong to the organization and project of the import.`);
  return type;
}

async function writeRows(
  manager: EntityManager,
  type: string,
  scope: ImportScope,
  texts: readonly string[],
  { replaces }: { readonly replaces: boolean },
): Promise<void> {
  const { entity, column, member } = kinds[type]!;
  const given = `unnest($1::text[]) AS line, jsonb_populate_record(NULL::"${type}", line::jsonb) AS given`;
  const [foreignRow] = await manager.query(
    `SELECT held.id FROM ${given} JOIN "${type}" AS held ON held.id = given.id WHERE held."${column}" <> $2 LIMIT 1`,
    [texts, scope[member]],
  );
  if (foreignRow !== undefined)
    throw new Error(`In the database, the ${type} ${foreignRow.id} belongs to another resource.`);
  await manager.query(
    `INSERT INTO "${type}" (${columnList(entity)})
     SELECT ${columnList(entity, 'given')} FROM ${given}
     WHERE NOT EXISTS (
       SELECT FROM "${type}" AS held WHERE held.id = given.id AND ${displayedRow(entity, 'held')} *= ${displayedRow(entity, 'given')}
     )
     ${replaces ? upsertById(entity) : 'ON CONFLICT (id) DO NOTHING'}`,
    [texts],
  );
}

/** Returns catalogue rows for an organization, a project and tasks of which only the ids are known. */
export function placeRows(
  { orgId, projectId }: ImportScope,
  taskIds: readonly string[],
  created: string,
  nameOf: (id: string) => string = (id) => id,
) {
  return [
    { type: 'organization', id: orgId, name: nameOf(orgId), created },
    { type: 'project', id: projectId, org_id: orgId, name: nameOf(projectId), created },
    ...taskIds.map((id) => ({
      type: 'task',
      id,
      project_id: projectId,
      name: nameOf(id),
      run_visibility: 'owner_only',
      created,
    })),
  ];
}
