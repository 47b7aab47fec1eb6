import type { DataSource } from 'typeorm';
import type { Failure, WrittenRows } from '../bisect-write.js';
import { writeInHalves } from '../bisect-write.js';
import type { NameRow } from './name-row.js';

export const nameOutcomes = ['new', 'changed', 'unchanged'] as const;
export type NameOutcome = (typeof nameOutcomes)[number];

/** $1: ids. */
const findOrganizations = 'SELECT id FROM organization WHERE id = ANY ($1::uuid[])';

/** $1 to $4: the columns. Returns only rows that change. */
const upsert = `
  INSERT INTO resource_name (org_id, kind, id, name)
  SELECT * FROM unnest($1::uuid[], $2::varchar[], $3::uuid[], $4::text[])
  ON CONFLICT (org_id, kind, id) DO UPDATE SET name = excluded.name WHERE resource_name.name <> excluded.name
  RETURNING xmax = 0 AS "isNew"`;

/** $1: an organization; $2: a kind; $3: the ids to keep. */
const deleteOthers = `
  WITH deleted AS (
    DELETE FROM resource_name WHERE org_id = $1 AND kind = $2
      AND NOT EXISTS (SELECT FROM unnest($3::uuid[]) AS kept (id) WHERE kept.id = resource_name.id)
    RETURNING id
  )
  SELECT count(*)::int AS count FROM deleted`;

/**
 * Adds or replaces names with distinct keys, in one transaction unless a row makes it fail.
 * @param onFailure called for rows that are not written
 */
export async function writeNames(
  dataSource: DataSource,
  rows: readonly NameRow[],
  onFailure: (failure: Failure) => void,
): Promise<readonly NameOutcome[]> {
  const orgIds = [...new Set(rows.map(({ orgId }) => orgId))];
  const found: readonly { readonly id: string }[] = await dataSource.query(findOrganizations, [orgIds]);
  const organizations = new Set(found.map(({ id }) => id));
  for (const { line, orgId } of rows.filter((row) => !organizations.has(row.orgId)))
    onFailure({ line, reason: `\`org_id\` must be the id of an organization, not "${orgId}".` });
  const { outcomes, failures } = await writeInHalves(
    rows.filter(({ orgId }) => organizations.has(orgId)),
    (part) => upsertNames(dataSource, part),
  );
  for (const failure of failures) onFailure(failure);
  return outcomes;
}

async function upsertNames(dataSource: DataSource, rows: readonly NameRow[]): Promise<WrittenRows<NameOutcome>> {
  const written: readonly { readonly isNew: boolean }[] = await dataSource.query(upsert, [
    rows.map(({ orgId }) => orgId),
    rows.map(({ kind }) => kind),
    rows.map(({ resourceId }) => resourceId),
    rows.map(({ name }) => name),
  ]);
  const unchanged = Array.from({ length: rows.length - written.length }, () => 'unchanged' as const);
  return { outcomes: [...written.map(({ isNew }) => (isNew ? 'new' : 'changed')), ...unchanged], failures: [] };
}

/** The keys of a file's names, by organization and kind. */
export class NameKeys {
  readonly #idsByKind = new Map<string, { readonly key: Pick<NameRow, 'orgId' | 'kind'>; readonly ids: Set<string> }>();

  add({ orgId, kind, resourceId }: NameRow): void {
    const name = `${orgId} ${kind}`;
    const entry = this.#idsByKind.get(name) ?? { key: { orgId, kind }, ids: new Set() };
    this.#idsByKind.set(name, entry);
    entry.ids.add(resourceId);
  }

  /** Deletes all other names of the same organizations and kinds in one transaction. Returns their number. */
  deleteOthers(dataSource: DataSource): Promise<number> {
    return dataSource.transaction(async (manager) => {
      let deleted = 0;
      for (const { key, ids } of this.#idsByKind.values()) {
        const [{ count }] = await manager.query(deleteOthers, [key.orgId, key.kind, [...ids]]);
        deleted += count;
      }
      return deleted;
    });
  }
}
