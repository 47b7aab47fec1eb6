// Reads a caller's scope under a path or in an organization, and the settled transaction. A page up to that transaction contains no runs of
// tasks that this look-up could not see yet.

import type { RoleSet } from '../../access/policy.js';
import type { BoundStatement, Statement } from '../../database/statements.js';
import {
  type OrganizationScopeKey,
  organizationScopeText,
  toOrganizationScopeValues,
} from '../visibility/organization-scope-statement.js';
import { rolesOn } from '../visibility/roles-in-sql.js';
import type { OrganizationAccess, TaskAccess } from '../visibility/run-scope.js';
import { type ScopeKey, scopeText, toScopeValues } from '../visibility/scope-statement.js';
import { type ChangeHistory, lastForgottenSql } from './forgotten-deletions.js';

export interface ChangeScope extends ChangeHistory {
  readonly tasks: readonly TaskAccess[];
  /** The subject's roles on the project, excluding grants on tasks. */
  readonly projectRoles: RoleSet;
  /** All transactions before this one have ended. */
  readonly settled: string;
}

/** The same for an organization. */
export interface OrganizationChangeScope extends ChangeHistory, OrganizationAccess {
  /** The subject's roles on the organization itself. */
  readonly organizationRoles: RoleSet;
  /**
   * The projects on which it holds roles, directly or through the organization. Grants on tasks do not count. Null if it
   * has no such projects.
   */
  readonly projects: readonly { readonly id: string; readonly roles: RoleSet }[] | null;
  readonly settled: string;
}

const first = (column: string) => `(array_agg(${column}))[1]`;
const projectRoles = rolesOn(`('organization', ${first('organization.id')}), ('project', ${first('project.id')})`);

const history = [
  '(SELECT id FROM change_epoch) AS epoch',
  `${lastForgottenSql} AS "lastForgotten"`,
  'pg_snapshot_xmin(pg_current_snapshot()) AS settled',
];

const statement: Statement = {
  name: 'task_run_change_scopes',
  requiresPrimary: true,
  text: scopeText([`coalesce((${projectRoles}), 0) AS "projectRoles"`, ...history]),
};

const organizationStatement: Statement = {
  name: 'organization_change_scope',
  requiresPrimary: true,
  text: organizationScopeText([
    `coalesce((SELECT roles FROM granted WHERE type = 'organization' AND id = $5::uuid), 0) AS "organizationRoles"`,
    "(SELECT json_agg(json_build_object('id', id, 'roles', roles) ORDER BY id) FROM visible_project WHERE roles <> 0) AS projects",
    ...history,
  ]),
};

export function bindOrganizationChangeScope(key: OrganizationScopeKey): BoundStatement {
  return { statement: organizationStatement, values: toOrganizationScopeValues(key) };
}

export function bindChangeScopes(keys: readonly ScopeKey[]): BoundStatement {
  return { statement, values: toScopeValues(keys) };
}
