// The statement for the names of users, task revisions and models. Other services own these, so an id needs no row.

import type { ResourceNameKind } from '../../database/entities/resource-name.entity.js';
import { type BoundStatement, hideArraysFromPlanner, type Statement } from '../../database/statements.js';

/** An object of another service, as an organization knows it. */
export interface ExternalResource {
  readonly orgId: string;
  readonly kind: ResourceNameKind;
  readonly id: string;
}

export interface ExternalNameRow {
  /** null: the organization has not named it. */
  readonly name: string | null;
}

const statement: Statement = {
  name: 'external_names',
  text: `
SELECT named.name
FROM unnest(${hideArraysFromPlanner(['uuid', 'varchar', 'uuid'])}) WITH ORDINALITY AS requested (org_id, kind, id, number)
LEFT JOIN resource_name AS named USING (org_id, kind, id)
ORDER BY requested.number`,
};

/** Binds the statement, which returns a row for each resource, in their order. */
export function bindExternalNames(resources: readonly ExternalResource[]): BoundStatement {
  return {
    statement,
    values: [resources.map(({ orgId }) => orgId), resources.map(({ kind }) => kind), resources.map(({ id }) => id)],
  };
}
