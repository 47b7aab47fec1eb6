// Writes and lists grants for the commands. The policy decides what each role may read.

import type { DataSource } from 'typeorm';
import type { ResourceType, Role, SubjectType } from './entities/access-grant.entity.js';
import { nilUuid } from './nil-uuid.js';

export interface Resource {
  readonly type: ResourceType;
  readonly id: string;
}

export interface Subject {
  readonly type: SubjectType;
  /** The subject of a user's tokens; for other types, a lower-case id. */
  readonly id: string;
}

export interface GrantKey {
  readonly resource: Resource;
  readonly subject: Subject;
}

export interface GrantFilter {
  readonly resource?: Resource | undefined;
  readonly subject?: Subject | undefined;
  readonly role?: Role | undefined;
  /** Matches only grants on resources that no longer exist. */
  readonly isMissing?: boolean;
}

export interface Grant {
  readonly resource: Resource;
  /** The name of the resource; `null` if it no longer exists. */
  readonly resourceName: string | null;
  readonly subject: Subject;
  readonly role: Role;
}

const pageSize = 1000;

const valuesOf = ({ resource, subject }: GrantKey) => [resource.type, resource.id, subject.type, subject.id];
const isKey = 'resource_type = $1 AND resource_id = $2 AND subject_type = $3 AND subject_id = $4';

/**
 * Grants a role. `analyst` is added to an existing role; any other role replaces the previous one. Returns the role
 * that was replaced, or `null`.
 */
export async function putGrant(dataSource: DataSource, key: GrantKey, role: Role): Promise<Role | null> {
  return dataSource.transaction(async (manager) => {
    const [before] = await manager.query(
      `SELECT role FROM access_grant WHERE ${isKey} AND is_analyst = $5 FOR UPDATE`,
      [...valuesOf(key), role === 'analyst'],
    );
    if (before?.role !== role) {
      await manager.query(
        `INSERT INTO access_grant (resource_type, resource_id, subject_type, subject_id, role) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT ON CONSTRAINT access_grant_pkey DO UPDATE SET role = excluded.role`,
        [...valuesOf(key), role],
      );
    }
    return before?.role ?? null;
  });
}

/**
 * Deletes the grant of the given role or, if none is given, the subject's only grant. Returns the roles that the
 * subject had on the resource. If it had two and no role is given, deletes neither.
 */
export async function deleteGrant(dataSource: DataSource, key: GrantKey, role?: Role): Promise<readonly Role[]> {
  return dataSource.transaction(async (manager) => {
    const rows: readonly { readonly role: Role }[] = await manager.query(
      `SELECT role FROM access_grant WHERE ${isKey} ORDER BY is_analyst FOR UPDATE`,
      valuesOf(key),
    );
    const before = rows.map((row) => row.role);
    const deleted = role ?? (before.length === 1 ? before[0] : undefined);
    if (deleted !== undefined) {
      await manager.query(`DELETE FROM access_grant WHERE ${isKey} AND role = $5`, [...valuesOf(key), deleted]);
    }
    return before;
  });
}

/** SQL condition for grants on resources that no longer exist. */
const resourceIsMissing = `NOT EXISTS (
  SELECT 1 FROM organization WHERE resource_type = 'organization' AND id = resource_id
  UNION ALL SELECT 1 FROM project WHERE resource_type = 'project' AND id = resource_id
  UNION ALL SELECT 1 FROM task WHERE resource_type = 'task' AND id = resource_id
)`;

/**
 * Returns the number of grants on resources that no longer exist, or `null` if the database role may not read grants.
 */
export async function countMissingGrants(dataSource: DataSource): Promise<number | null> {
  const [{ mayRead }] = await dataSource.query(`SELECT has_table_privilege('access_grant', 'SELECT') AS "mayRead"`);
  if (!mayRead) return null;
  const [{ count }] = await dataSource.query(
    `SELECT count(*)::float8 AS count FROM access_grant WHERE ${resourceIsMissing}`,
  );
  return count;
}

/** Deletes all grants of a subject and returns their number. */
export async function deleteGrantsOf(dataSource: DataSource, { type, id }: Subject): Promise<number> {
  const [, deleted] = await dataSource.query('DELETE FROM access_grant WHERE subject_type = $1 AND subject_id = $2', [
    type,
    id,
  ]);
  return deleted;
}

/** Deletes all grants on resources that no longer exist and returns their number. */
export async function deleteMissingGrants(dataSource: DataSource): Promise<number> {
  const [, deleted] = await dataSource.query(`DELETE FROM access_grant WHERE ${resourceIsMissing}`);
  return deleted;
}

/** Yields grants in pages, ordered by resource and subject. `analyst` follows any other role. */
export async function* readGrants(dataSource: DataSource, filter: GrantFilter): AsyncGenerator<readonly Grant[]> {
  const { resource, subject, role, isMissing = false } = filter;
  const filtered = [resource?.type, resource?.id, subject?.type, subject?.id, role].map((value) => value ?? null);
  let last: readonly unknown[] = ['', nilUuid, '', '', false];
  while (true) {
    const rows: readonly GrantRow[] = await dataSource.query(
      `SELECT access_grant.*, coalesce(organization.name, project.name, task.name) AS resource_name
      FROM access_grant
      LEFT JOIN organization ON resource_type = 'organization' AND organization.id = resource_id
      LEFT JOIN project ON resource_type = 'project' AND project.id = resource_id
      LEFT JOIN task ON resource_type = 'task' AND task.id = resource_id
      WHERE ($1::varchar IS NULL OR (resource_type = $1 AND resource_id = $2::uuid))
        AND ($3::varchar IS NULL OR (subject_type = $3 AND subject_id = $4::varchar))
        AND ($5::varchar IS NULL OR role = $5) ${isMissing ? `AND ${resourceIsMissing}` : ''}
        AND (resource_type, resource_id, subject_type, subject_id, is_analyst) > ($6, $7::uuid, $8, $9, $10::boolean)
      ORDER BY resource_type, resource_id, subject_type, subject_id, is_analyst LIMIT ${pageSize}`,
      [...filtered, ...last],
    );
    if (rows.length > 0) yield rows.map(toGrant);
    if (rows.length < pageSize) return;
    const { resource_type, resource_id, subject_type, subject_id, is_analyst } = rows.at(-1)!;
    last = [resource_type, resource_id, subject_type, subject_id, is_analyst];
  }
}

interface GrantRow {
  readonly resource_type: ResourceType;
  readonly resource_id: string;
  readonly resource_name: string | null;
  readonly subject_type: SubjectType;
  readonly subject_id: string;
  readonly role: Role;
  readonly is_analyst: boolean;
}

function toGrant(row: GrantRow): Grant {
  return {
    resource: { type: row.resource_type, id: row.resource_id },
    resourceName: row.resource_name,
    subject: { type: row.subject_type, id: row.subject_id },
    role: row.role,
  };
}
