// The statement for the names of users, task revisions and models. Other services own these, so an id need not have a
// row.

import type { ResourceNameKind } from '../../database/entities/resource-name.entity.js';
import { type BoundStatement, hideArraysFromPlanner, type Statement } from '../../database/statements.js';

/** Another service's object, identified within an organization. */
export interface ExternalResource {
  readonly orgId: string;
  readonly kind: ResourceNameKind;
  readonly id: string;
}

export interface ExternalNameRow {
  /** The resource's name, or null if the organization has not named it. */
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

/** Binds the statement, which returns one row per resource, in order. */
export function bindExternalNames(resources: readonly ExternalResource[]): BoundStatement {
  return {
    statement,
    values: [resources.map(({ orgId }) => orgId), resources.map(({ kind }) => kind), resources.map(({ id }) => id)],
  };
}
