// Reads a caller's scope under a path, and the settled transaction. A page up to that transaction contains no runs of
// tasks that this look-up could not see yet.

import type { RoleSet } from '../../access/policy.js';
import type { BoundStatement, Statement } from '../../database/statements.js';
import { rolesOn } from '../visibility/roles-in-sql.js';
import type { TaskAccess } from '../visibility/run-scope.js';
import { type ScopeKey, scopeText, toScopeValues } from '../visibility/scope-statement.js';
import { type ChangeHistory, lastForgottenSql } from './forgotten-deletions.js';

export interface ChangeScope extends ChangeHistory {
  readonly tasks: readonly TaskAccess[];
  /** The subject's roles on the project, excluding grants on tasks. */
  readonly projectRoles: RoleSet;
  /** All transactions before this one have ended. */
  readonly settled: string;
}

const first = (column: string) => `(array_agg(${column}))[1]`;
const projectRoles = rolesOn(`('organization', ${first('organization.id')}), ('project', ${first('project.id')})`);

const statement: Statement = {
  name: 'task_run_change_scopes',
  requiresPrimary: true,
  text: scopeText([
    `coalesce((${projectRoles}), 0) AS "projectRoles"`,
    '(SELECT id FROM change_epoch) AS epoch',
    `${lastForgottenSql} AS "lastForgotten"`,
    'pg_snapshot_xmin(pg_current_snapshot()) AS settled',
  ]),
};

export function bindChangeScopes(keys: readonly ScopeKey[]): BoundStatement {
  return { statement, values: toScopeValues(keys) };
}
